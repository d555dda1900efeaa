import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import torch
from torch import Tensor

from app.engine.buckets import Buckets
from app.errors import CapabilityMissing, DeviceMissing, ModelFailed, ModelUnknown, NotReady, ShuttingDown
from app.operations import ENCODE, READ, RECONSTRUCT, SAMPLE
from app.runtime import Runtime, choose
from app.settings import Settings
from models.capabilities import Classifier, Sampler
from models.card import Card
from models.checkpoint import CARD, WEIGHTS, read_card, write_card, write_weights
from models.errors import CheckpointError
from models.registry import family
from tests.unit.models.cards import card_facts

OUTPUT = {"height": 28, "width": 28, "channels": 1}


def write(root: Path, name: str, **changes: object) -> Path:
    """A checkpoint under `root`, tiny unless the changes say otherwise."""
    facts = card_facts(name) | changes
    chosen = family(facts["family"])
    folder = root / name
    digest, size = write_weights(folder, chosen.build(chosen.config(**facts["config"])))
    write_card(folder, Card.model_validate(facts | {"sha256": digest, "size": size}))
    return folder


def settings(root: Path, **changes: object) -> Settings:
    """For a small server."""
    return Settings.model_validate({"weights": root, "device": "cpu", "workers": 1, "max_batch": 4} | changes)


@asynccontextmanager
async def started(root: Path, **changes: object) -> AsyncIterator[Runtime]:
    """A runtime for the length of a with block."""
    runtime = Runtime(settings(root, **changes))
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.drain()


async def test_a_checkpoint_is_served_by_its_capability(tmp_path: Path) -> None:
    write(tmp_path, "gan")
    async with started(tmp_path) as runtime:
        assert runtime.ready
        runtime.require_ready()
        assert isinstance(runtime.get("gan", Sampler), Sampler)
        assert runtime.card("gan").id == "gan"
        assert runtime.operation("gan", SAMPLE).buckets.sizes[0] == 1
        assert runtime.failed == {}


def truncated(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:-1])


def altered(folder: Path) -> None:
    data = bytearray((folder / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (folder / WEIGHTS).write_bytes(data)


def cardless(folder: Path) -> None:
    (folder / CARD).unlink()


def speechless(folder: Path) -> None:
    (folder / CARD).write_text("{")


def unreadable(folder: Path) -> None:
    (folder / CARD).unlink()
    (folder / CARD).symlink_to("/proc/self/mem")  # a file that even root cannot read from its start


def outputless(folder: Path) -> None:
    write_card(folder, read_card(folder).model_copy(update={"output": None}))


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (truncated, "bad: model.safetensors has .* bytes, its card says"),
        (altered, "bad: model.safetensors has sha256 .*, its card says"),
        (cardless, "bad: there is no card.json"),
        (speechless, "bad: card.json: .*JSON"),
        (unreadable, "bad: Input/output error"),
        (outputless, "bad: card.json: output: missing, and the model can sample"),
    ],
)
async def test_a_broken_checkpoint_is_told_and_the_others_are_served(
    tmp_path: Path, harm: Callable[[Path], None], reason: str
) -> None:
    write(tmp_path, "good")
    harm(write(tmp_path, "bad"))
    async with started(tmp_path) as runtime:
        assert sorted(runtime.checkpoints) == ["good"]
        assert list(runtime.failed) == ["bad"]
        with pytest.raises(ModelFailed, match=reason):
            runtime.get("bad", Sampler)


AAE = {"family": "aae", "config": {"width": 4}, "capabilities": ["sampler", "encoder"], "input": OUTPUT}


async def test_each_function_of_a_model_has_its_own_batch_sizes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, ...]] = []

    def measured(forward: Callable[..., Tensor], inputs: tuple[Tensor, ...], *, limit: int, pads: bool) -> Buckets:
        asked.append(tuple(inputs[0].shape[1:]))
        return Buckets((len(asked),), pads)

    monkeypatch.setattr("app.runtime.measure", measured)
    write(tmp_path, "aae", **AAE)
    async with started(tmp_path) as runtime:
        operations = [runtime.operation("aae", function) for function in (SAMPLE, ENCODE, RECONSTRUCT)]
        assert [operation.buckets.sizes for operation in operations] == [(1,), (2,), (3,)]
        assert asked == [(8,), (1, 28, 28), (1, 28, 28)]
        assert len({runtime.fingerprint(operation) for operation in operations}) == 3
        with pytest.raises(CapabilityMissing, match="aae is no code-reader"):
            runtime.operation("aae", READ)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"input": None}, "bad: card.json: input: missing, and the model can encode"),
        ({"input": OUTPUT | {"width": 32}}, "bad: encode fails on what its card says: .*shapes cannot be multiplied"),
    ],
)
async def test_a_card_that_is_wrong_about_its_images_is_told(
    tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    write(tmp_path, "good")
    write(tmp_path, "bad", **(AAE | changes))
    async with started(tmp_path) as runtime:
        assert sorted(runtime.checkpoints) == ["good"]
        with pytest.raises(ModelFailed, match=reason):
            runtime.get("bad", Sampler)


async def test_an_unknown_model_is_told_which_there_are(tmp_path: Path) -> None:
    write(tmp_path, "one")
    write(tmp_path, "two")
    async with started(tmp_path) as runtime:
        with pytest.raises(ModelUnknown, match="no model is named 'three'; served: one, two"):
            runtime.card("three")


async def test_a_model_without_the_capability_is_told_which_have_it(tmp_path: Path) -> None:
    write(tmp_path, "gan")
    write(tmp_path, "cnn", family="digits-cnn", capabilities=["classifier"], config={}, output=None, input=OUTPUT)
    async with started(tmp_path) as runtime:
        assert isinstance(runtime.get("cnn", Classifier), Classifier)
        with pytest.raises(
            CapabilityMissing, match=r"cnn is no sampler; its capabilities: classifier; .* sampler: gan"
        ):
            runtime.get("cnn", Sampler)


async def test_an_empty_folder_serves_nothing(tmp_path: Path) -> None:
    async with started(tmp_path) as runtime:
        with pytest.raises(ModelUnknown, match="served: none"):
            runtime.get("gan", Sampler)


async def test_a_missing_folder_is_no_server(tmp_path: Path) -> None:
    runtime = Runtime(settings(tmp_path / "nowhere"))
    with pytest.raises(CheckpointError, match="nowhere is no folder"):
        await runtime.start()
    await runtime.drain()


async def test_before_loading_nothing_is_known(tmp_path: Path) -> None:
    runtime = Runtime(settings(tmp_path))
    assert not runtime.ready
    for ask in (runtime.require_ready, runtime.require_loaded, lambda: runtime.card("gan")):
        with pytest.raises(NotReady):
            ask()
    await runtime.drain()


async def test_a_draining_runtime_says_so_and_drains_again_to_no_effect(tmp_path: Path) -> None:
    write(tmp_path, "gan")
    async with started(tmp_path) as runtime:
        await runtime.drain()
        assert not runtime.ready
        with pytest.raises(ShuttingDown):
            runtime.require_ready()


async def test_a_drain_while_loading_leaves_the_runtime_not_ready(tmp_path: Path) -> None:
    write(tmp_path, "gan")
    runtime = Runtime(settings(tmp_path))
    loading = asyncio.create_task(runtime.start())
    await asyncio.sleep(0)
    await runtime.drain()
    await loading
    assert not runtime.ready


async def test_the_fingerprint_tells_weights_apart(tmp_path: Path) -> None:
    write(tmp_path, "one")
    write(tmp_path, "two")
    async with started(tmp_path) as runtime:
        one, two = (runtime.fingerprint(runtime.operation(id, SAMPLE)) for id in ("one", "two"))
        assert one != two
        assert one.startswith(runtime.card("one").sha256)


@pytest.mark.parametrize(("setting", "device"), [("cpu", "cpu"), ("cuda:1", "cuda:1")])
def test_the_device_is_the_one_that_was_set(setting: str, device: str) -> None:
    assert choose(setting) == torch.device(device)


@pytest.mark.parametrize(("there_is_one", "device"), [(True, "cuda"), (False, "cpu")])
def test_auto_is_cuda_where_there_is_one(monkeypatch: pytest.MonkeyPatch, there_is_one: bool, device: str) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there_is_one)
    assert choose("auto") == torch.device(device)


async def test_a_device_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceMissing, match="'cuda:7'"):
        await Runtime(settings(tmp_path, device="cuda:7")).start()

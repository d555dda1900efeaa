import json
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from models.capabilities import Sampler, capabilities_of
from models.card import Card
from models.checkpoint import CARD, WEIGHTS, load, read_card, scan, write_card, write_weights
from models.errors import CardInvalid, CardMissing, CheckpointError, FamilyUnknown, WeightsCorrupt, WeightsMissing
from models.families.sngan import Generator, SNGANConfig
from models.registry import FAMILIES
from tests.unit.models.cards import card_facts

TINY = SNGANConfig(latent_dim=8, width=4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound checkpoint of a tiny SN-GAN."""
    place = tmp_path / "tiny"
    torch.manual_seed(0)
    sha256, size = write_weights(place, Generator(TINY))
    write_card(place, Card.model_validate(card_facts("tiny") | {"sha256": sha256, "size": size}))
    return place


def edit(folder: Path, **changes: Any) -> None:
    facts = json.loads((folder / CARD).read_text()) | changes
    (folder / CARD).write_text(json.dumps(facts))


def test_a_checkpoint_comes_back_as_it_was_in_half_precision(folder: Path) -> None:
    torch.manual_seed(0)
    original = Generator(TINY).state_dict()
    checkpoint = load(folder)
    assert not checkpoint.network.training
    assert all(not parameter.requires_grad for parameter in checkpoint.network.parameters())
    for name, tensor in checkpoint.network.state_dict().items():
        expected = original[name].half().float() if original[name].ndim > 1 else original[name]
        assert torch.equal(tensor, expected), name


def test_loading_twice_gives_the_same_images(folder: Path) -> None:
    z, psi = torch.randn(3, 8), torch.ones(3)
    first, second = (load(folder).network for _ in range(2))
    assert isinstance(first, Sampler)
    assert isinstance(second, Sampler)
    assert torch.equal(first.sample(z, psi), second.sample(z, psi))


def test_truncated_weights_are_refused_with_both_sizes(folder: Path) -> None:
    data = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(data[:-100])
    with pytest.raises(WeightsCorrupt, match=f"tiny.*{len(data) - 100} bytes.*{len(data)}"):
        load(folder)


def test_one_flipped_bit_is_refused(folder: Path) -> None:
    data = bytearray((folder / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (folder / WEIGHTS).write_bytes(data)
    with pytest.raises(WeightsCorrupt, match="sha256"):
        load(folder)


def test_a_file_that_is_no_safetensors_is_refused_even_with_the_right_digest(folder: Path) -> None:
    import hashlib

    (folder / WEIGHTS).write_bytes(b"not tensors")
    edit(folder, sha256=hashlib.sha256(b"not tensors").hexdigest(), size=11)
    with pytest.raises(WeightsCorrupt, match="safetensors"):
        load(folder)


def test_weights_of_another_shape_are_refused(folder: Path) -> None:
    edit(folder, config={"latent_dim": 8, "width": 8, "channels": 1})
    with pytest.raises(WeightsCorrupt, match="do not fit"):
        load(folder)


def test_a_missing_tensor_is_refused(folder: Path) -> None:
    import hashlib

    state = safetensors.torch.load((folder / WEIGHTS).read_bytes())
    state.pop("to_image.bias")
    data = safetensors.torch.save(state)
    (folder / WEIGHTS).write_bytes(data)
    edit(folder, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    with pytest.raises(WeightsCorrupt, match=r"to_image\.bias"):
        load(folder)


def test_what_is_missing_is_named(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    with pytest.raises(WeightsMissing, match=r"tiny.*model\.safetensors"):
        load(folder)
    (folder / CARD).unlink()
    with pytest.raises(CardMissing, match=r"tiny.*card\.json"):
        load(folder)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "colour"),
        ({"sha256": "abc"}, "sha256"),
        ({"schema_version": 2}, "schema_version"),
        ({"id": "other"}, "'other'"),
        ({"id": "../up"}, "id"),
        ({"config": {"latent_dim": 8, "depth": 3}}, "depth"),
        ({"config": {"latent_dim": "many"}}, "latent_dim"),
        ({"capabilities": ["translator"]}, "translator"),
        ({"training": None}, "either training or imported"),
    ],
)
def test_a_card_that_says_what_it_may_not_is_refused_by_field(
    folder: Path, changes: dict[str, Any], message: str
) -> None:
    edit(folder, **changes)
    with pytest.raises(CardInvalid, match=message):
        load(folder)


def test_an_unknown_family_is_answered_with_the_known_ones(folder: Path) -> None:
    edit(folder, family="biggan")
    with pytest.raises(FamilyUnknown, match=r"biggan.*sngan"):
        load(folder)


def test_a_card_that_is_no_json_is_refused(folder: Path) -> None:
    (folder / CARD).write_text("{")
    with pytest.raises(CardInvalid, match="tiny"):
        read_card(folder)


def test_writing_over_a_checkpoint_leaves_no_part_files(folder: Path) -> None:
    write_weights(folder, Generator(TINY))
    assert sorted(path.name for path in folder.iterdir()) == [CARD, WEIGHTS]


def test_scan_lists_folders_and_names_a_missing_root(folder: Path) -> None:
    assert scan(folder.parent) == [folder]
    with pytest.raises(CheckpointError, match="nowhere"):
        scan(folder.parent / "nowhere")


@pytest.mark.parametrize("chosen", FAMILIES, ids=lambda chosen: chosen.name)
def test_each_family_builds_cites_and_round_trips(chosen: Any, tmp_path: Path) -> None:
    assert chosen.paper.startswith(("arXiv:", "doi:"))
    config = chosen.config()
    network = chosen.build(config)
    folder = tmp_path / chosen.name
    write_weights(folder, network)
    state = safetensors.torch.load((folder / WEIGHTS).read_bytes())
    chosen.build(config).load_state_dict(state, strict=True)
    assert capabilities_of(network)

"""The loop's promises: what is logged, drawn, saved and refused."""

import json
import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from tests.unit.training.stand_in import fitting, stripes
from training.cluster import Cluster
from training.errors import DataUnfit, Diverged, RecipeUnknown, RunCorrupt, RunExists, RunForeign
from training.loop import Options, Session, report, train
from training.recipe import Plan, Preset
from training.recipes import RECIPES, recipe
from training.recipes import preset as preset_of
from training.state import STATE, Progress, trained_network

ALONE = Cluster(0, 1, torch.device("cpu"))
pytestmark = pytest.mark.usefixtures("judged")


def session(run: Path, *, steps: int = 6, **options: Any) -> Session:
    """A tiny SN-GAN on stripes."""
    spec = recipe("sngan-mnist")
    smoke = spec.presets["smoke"]
    plan = replace(smoke.plan, steps=steps, batch_size=8, sample_every=3, samples=(60,))
    return Session(spec, Preset(plan, smoke.config), stripes(), ALONE, Options(run, **options))


@pytest.fixture(scope="module")
def finished_once(judged: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of six steps."""
    folder = tmp_path_factory.mktemp("finished")
    train(session(folder))
    return folder


@pytest.fixture
def finished(finished_once: Path, tmp_path: Path) -> Path:
    """A copy of that run, for a test to spoil."""
    return shutil.copytree(finished_once, tmp_path / "run")


def lines(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("spec", RECIPES, ids=lambda spec: spec.id)
@pytest.mark.parametrize("precision", ["fp32", pytest.param("bf16", marks=pytest.mark.slow)])
def test_each_recipe_trains_saves_and_moves_every_network(spec: Any, precision: str, tmp_path: Path) -> None:
    smoke = spec.presets["smoke"]
    plan = Plan(steps=2, batch_size=8, precision=precision, clip=1.0, samples=(60,))
    run = Session(spec, Preset(plan, smoke.config), fitting(spec), ALONE, Options(tmp_path))
    before = {name: value.clone() for name, value in run.recipe.networks.state_dict().items()}
    run.recipe.schedule(0.25)
    assert train(run).step == 2
    after = run.recipe.networks.state_dict()
    assert all(torch.isfinite(value.float()).all() for value in after.values())
    for network in run.recipe.networks:
        moved = any(not torch.equal(before[name], after[name]) for name in before if name.startswith(f"{network}."))
        assert moved == (network != "clusters")  # which only hold centres


@pytest.mark.parametrize("spec", RECIPES, ids=lambda spec: spec.id)
def test_each_recipe_has_three_presets_and_a_network_of_its_family(spec: Any) -> None:
    assert list(spec.presets) == ["smoke", "cpu", "gpu"]
    assert spec.papers
    from models.registry import family

    for preset in spec.presets.values():
        config = spec.model_config(preset.config, fitting(spec))
        expected = family(spec.family).build(config).state_dict()
        assert spec.build(preset.config, fitting(spec)).network.state_dict().keys() == expected.keys()


def test_a_run_leaves_a_log_a_board_sheets_and_a_state(finished: Path) -> None:
    records = lines(finished)
    assert records[0]["event"] == "start"
    assert records[-1]["event"] == "end"
    assert {"step", "time", "loss_d", "loss_g"} <= records[1].keys()
    judged = [record["step"] for record in records if "frechet-to-train@stripes-cnn" in record]
    assert judged == [3, 6]
    assert [path.name for path in sorted((finished / "samples").iterdir())] == ["0000003.png", "0000006.png"]
    assert list((finished / "tensorboard").glob("events.*"))
    with Image.open(finished / "samples" / "0000006.png") as picture:
        assert picture.size == (302, 302)


def test_the_sheet_is_drawn_from_latents_that_never_change(tmp_path: Path) -> None:
    first, second = session(tmp_path / "a"), session(tmp_path / "b")
    second.recipe.networks.load_state_dict(first.recipe.networks.state_dict())
    for run in (first, second):
        run.options.run.mkdir()
        train(run)
    sheets = [(tmp_path / name / "samples" / "0000006.png").read_bytes() for name in ("a", "b")]
    assert sheets[0] == sheets[1]


def test_a_run_is_not_overwritten_by_chance(finished: Path) -> None:
    before = (finished / STATE).read_bytes()
    with pytest.raises(RunExists, match="--resume auto"):
        train(session(finished))
    assert (finished / STATE).read_bytes() == before


def test_another_seed_or_batch_is_not_continued_by_chance(finished: Path) -> None:
    with pytest.raises(RunForeign, match=r"seed = 0.*asks for 1"):
        train(session(finished, seed=1, resume=True))


def test_more_steps_continue_a_finished_run(finished: Path) -> None:
    assert train(session(finished, steps=8, resume=True)).step == 8
    assert [record["event"] for record in lines(finished) if "event" in record] == ["start", "end", "resume", "end"]


@pytest.mark.parametrize("damage", [b"", b"no state", None], ids=["empty", "foreign", "truncated"])
def test_a_damaged_state_is_refused_by_name(damage: bytes | None, finished: Path) -> None:
    path = finished / STATE
    path.write_bytes(path.read_bytes()[:-2000] if damage is None else damage)
    with pytest.raises(RunCorrupt, match=r"state\.pt"):
        train(session(finished, resume=True))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_step_saves_and_gives_the_handlers_back(number: signal.Signals, tmp_path: Path) -> None:
    run = session(tmp_path, steps=10_000)
    step, handler = run.step, signal.getsignal(number)

    def step_then_signal() -> dict[str, torch.Tensor]:
        losses = step()
        if run.progress.step == 4:
            os.kill(os.getpid(), number)
        return losses

    run.step = step_then_signal  # type: ignore[method-assign]
    assert train(run).step == 4
    assert signal.getsignal(number) is handler
    assert trained_network(tmp_path / STATE, recipe_network()).step == 4


def recipe_network() -> torch.nn.Module:
    spec = recipe("sngan-mnist")
    return spec.build(spec.presets["smoke"].config, stripes()).network


def test_the_time_limit_saves_and_stops(tmp_path: Path) -> None:
    assert train(session(tmp_path, steps=10_000, max_minutes=0.0)).step == 1
    assert (tmp_path / STATE).exists()


def test_a_loss_that_is_no_number_stops_the_run_by_name(tmp_path: Path) -> None:
    from training.journal import Journal

    with (
        Journal(tmp_path, title="t", start=0, steps=1, leads=True) as journal,
        pytest.raises(Diverged, match=r"loss_g is nan at step 1"),
    ):
        report(journal, Progress(step=1), {"loss_g": torch.tensor(float("nan"))})


def test_a_process_that_does_not_lead_writes_nothing(tmp_path: Path) -> None:
    from training.journal import Journal

    with Journal(tmp_path, title="t", start=0, steps=1, leads=False) as journal:
        journal.record(1, loss=0.5)
        journal.advance({"loss": 0.5})
        journal.picture(1, torch.rand(4, 1, 4, 4))
    assert list(tmp_path.iterdir()) == []


def test_images_and_labels_that_a_recipe_cannot_learn_are_refused_by_name() -> None:
    small = replace(stripes(), images=stripes().images[..., :20, :20])
    with pytest.raises(DataUnfit, match=r"sngan-mnist learns from 28x28.*stripes has 20x20 of 1"):
        recipe("sngan-mnist").build(recipe("sngan-mnist").presets["smoke"].config, small)
    nameless = replace(stripes(), labels=None, label_names=())
    with pytest.raises(DataUnfit, match=r"10 classes; stripes has no labels"):
        recipe("digits-cnn-v1").build(recipe("digits-cnn-v1").presets["smoke"].config, nameless)


def test_the_gan_learns_colour_where_the_data_has_it(tmp_path: Path) -> None:
    spec = recipe("sngan-mnist")
    colour = replace(stripes(), images=stripes().images.repeat(3, axis=1))
    preset = Preset(Plan(steps=1, batch_size=8, sample_every=1, samples=(60,)), spec.presets["smoke"].config)
    train(Session(spec, preset, colour, ALONE, Options(tmp_path)))
    with Image.open(tmp_path / "samples" / "0000001.png") as picture:
        assert picture.mode == "RGB"


def test_unknown_recipes_and_presets_are_answered_with_the_known_ones() -> None:
    with pytest.raises(RecipeUnknown, match=r"biggan.*sngan-mnist"):
        recipe("biggan")
    with pytest.raises(RecipeUnknown, match=r"huge.*smoke, cpu, gpu"):
        preset_of(recipe("sngan-mnist"), "huge")

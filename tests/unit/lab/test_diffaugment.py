"""`zerosum lab diffaugment` on stand-in digits: what learns from what, what is kept, and a leak test that can fail."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from PIL import Image, ImageDraw
from torch import nn

from models.card import Card, ImageSpec
from models.families.digits_cnn import DigitsCNN, DigitsCNNConfig
from tests.unit.training.stand_in import SOURCE
from training.__main__ import main
from training.data import Dataset
from training.evaluation.benchmark import Benchmark
from training.evaluation.extractor import Extractor
from training.lab import ablation, diffaugment
from training.lab.ablation import SETTING, Plan, Setting, carry_out, open_session
from training.lab.ablation_pictures import draw
from training.lab.ablation_report import report
from training.lab.chart import tick
from training.lab.leak import Called, augmented, called, detectors, stream, taught
from training.lab.subset import order, part
from training.lab.trial import Bench, trial
from training.lab.trials import FILE
from training.recipe import Preset
from training.recipes.sngan import MNIST


def rings(n: int, *, seed: int) -> Dataset:
    """n grey rings in the middle, as wide as their label says; classes of unequal size."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(4, n, p=[0.4, 0.3, 0.2, 0.1]).astype(np.int64)
    images = np.zeros((n, 1, 28, 28), np.uint8)
    for image, label in zip(images, labels, strict=True):
        canvas, r = Image.new("L", (28, 28)), 6 + int(label)
        ImageDraw.Draw(canvas).ellipse((14 - r, 14 - r, 13 + r, 13 + r), outline=int(rng.integers(150, 256)), width=2)
        image[0] = np.array(canvas)
    return Dataset("rings", images, tuple(map(str, range(n))), SOURCE, labels=labels, label_names=tuple("0123"))


TRAIN, TEST = rings(400, seed=0), rings(300, seed=1)
X, X_TEST = torch.from_numpy(TRAIN.images), torch.from_numpy(TEST.images)
TINY = Setting(
    preset=Preset(
        replace(SETTING.preset.plan, batch_size=8, samples=(16,)),
        replace(SETTING.preset.config, latent_dim=8, g_width=4, d_width=4),
    ),
    data="rings",
    samples=60,
    detector_steps=2,
)


def tiny(folder: Path, *, seeds: tuple[int, ...] = (0, 1)) -> Plan:
    return Plan(TINY, ("none", "translation"), (100, 10), seeds, steps=2, folder=folder)


@pytest.fixture(scope="module", autouse=True)
def bench() -> Iterator[Bench]:
    """Rings for digits, and an extractor that has learned nothing."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = DigitsCNN(DigitsCNNConfig(width=2, features=4, classes=4)).eval()
    card = cast(Card, SimpleNamespace(id="rings-cnn", labels=TRAIN.label_names))
    extractor = Extractor(card, network, ImageSpec(height=28, width=28, channels=1))
    benchmark = Benchmark("rings", extractor, extractor.view(X), extractor.view(X_TEST), None)
    bench = Bench(benchmark, detectors(X[:40], X_TEST[:40], steps=TINY.detector_steps), TINY.samples)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ablation, "open_bench", lambda _: bench)
        patch.setattr(ablation, "load", lambda *_, **__: TRAIN)
        yield bench


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a tiny experiment left."""
    folder = tmp_path_factory.mktemp("ablation")
    carry_out(tiny(folder), lambda _: None)
    return folder


def document(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / FILE).read_text())
    return found


def shares(labels: Any) -> Any:
    return np.bincount(labels, minlength=4)


def test_smaller_parts_lie_in_larger_ones() -> None:
    keys = [set(part(TRAIN, percent).keys) for percent in (10, 20, 100)]
    assert [len(found) for found in keys] == [40, 80, 400]
    assert keys[0] < keys[1] < keys[2]


@pytest.mark.parametrize("percent", [10, 20])
def test_every_class_keeps_its_share_to_within_an_image(percent: int) -> None:
    assert TRAIN.labels is not None
    few = part(TRAIN, percent)
    assert np.abs(shares(few.labels) - shares(TRAIN.labels) * percent / 100).max() <= 1
    rows = [int(key) for key in few.keys]
    assert np.array_equal(few.images, TRAIN.images[rows])


def test_the_order_is_shuffled_and_always_the_same() -> None:
    labels = np.zeros(50, np.int64)
    assert np.array_equal(order(labels), order(labels))
    assert sorted(order(labels).tolist()) == list(range(50))
    assert not np.array_equal(order(labels), np.arange(50))


def test_a_run_learns_from_its_part_alone_with_its_policy_and_without_clusters(tmp_path: Path) -> None:
    session = open_session(tiny(tmp_path), TRAIN, "translation", 10, seed=5)
    assert np.array_equal(session.data.images, part(TRAIN, 10).images)
    config = session.preset.config
    assert (config.policy, config.clusters, session.options.seed) == (("translation",), 0, 5)
    assert session.preset.plan.steps == 2
    assert not list(tmp_path.iterdir())


def test_the_setting_is_that_of_the_shipped_preset_but_for_clusters() -> None:
    preset = MNIST.presets["cpu"]
    assert preset == Preset(preset.plan, replace(SETTING.preset.config, clusters=preset.config.clusters))
    assert SETTING.preset.config.policy == ablation.POLICIES["translation"]


def test_every_run_is_a_row_all_cells_of_a_seed_before_the_next(folder: Path) -> None:
    rows = document(folder)["rows"]
    cells = [(seed, percent, policy) for seed in (0, 1) for percent in (100, 10) for policy in ("none", "translation")]
    assert [(row["seed"], row["percent"], row["policy"]) for row in rows] == cells
    assert [row["images"] for row in rows[:4]] == [400, 400, 40, 40]
    for row in rows:
        assert row["gap"] == pytest.approx(row["logits"]["train"] - row["logits"]["test"])
        assert row["frechet"] > 0
        assert row["losses"].keys() == {"loss_d", "loss_g"}


def test_d_is_asked_about_plain_images_with_its_norms_at_rest(tmp_path: Path, bench: Bench) -> None:
    session = open_session(tiny(tmp_path), TRAIN, "none", 10, seed=0)
    row, samples = trial(session, bench, policy="none", percent=10)
    D = session.recipe.networks["D"]
    assert not D.training
    with torch.inference_mode():
        for name, images in (("train", session.images), ("test", X_TEST), ("samples", samples)):
            assert row.logits[name] == pytest.approx(float(D(images / 255).mean()), abs=1e-5)


def test_runs_that_ended_are_kept_when_it_is_repeated(folder: Path) -> None:
    before, said = document(folder), list[str]()
    carry_out(tiny(folder, seeds=(0, 1, 2)), said.append)
    assert len(said) == 4, "only the third seed is new"
    assert document(folder)["rows"][:8] == before["rows"]


def test_rows_of_another_setting_do_not_stay(folder: Path, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(json.dumps(document(folder) | {"floor": -1}))
    carry_out(tiny(tmp_path, seeds=(3,)), lambda _: None)
    assert {row["seed"] for row in document(tmp_path)["rows"]} == {3}


def test_tables_and_pictures_have_a_line_a_cell(folder: Path) -> None:
    plan = tiny(folder)
    trials = carry_out(plan, lambda _: None)
    tables = report(plan, trials)
    assert tables.count("| 40 (10 %) | none |") == tables.count("| 400 (100 %) | translation |") == 2
    assert "*test digits, augmented*" in tables
    assert "2 steps of 8 images a run; seeds 0, 1;" in tables
    for path in draw(plan, trials):
        with Image.open(path) as picture:
            assert picture.format == "PNG"
            assert path.stat().st_size < 100_000


@pytest.mark.parametrize(("highest", "step"), [(7.3, 1), (23, 5), (0.9, 0.2), (600, 100)])
def test_ticks_are_round(highest: float, step: float) -> None:
    assert tick(highest) == pytest.approx(step)


@pytest.fixture(scope="module")
def detector() -> nn.Module:
    """Of translation, which takes the fewest steps to see."""
    return taught(X, "translation", steps=32)


def test_the_leak_test_finds_augmented_images_and_is_quiet_on_clean_ones(detector: nn.Module) -> None:
    clean, other = called(detector, X_TEST[:150]), called(detector, X_TEST[150:])
    shifted = called(detector, augmented(X_TEST[150:], "translation", stream(9)))
    assert shifted.leaks(clean)
    assert shifted.share > 0.9
    assert not other.leaks(clean)


def test_augmented_images_among_clean_ones_are_leak_enough(detector: nn.Module) -> None:
    mixed = torch.cat([augmented(X_TEST[:30], "translation", stream(9)), X_TEST[30:150]])
    assert called(detector, mixed).leaks(called(detector, X_TEST[150:]))


def test_an_augmented_image_has_the_range_and_the_steps_of_a_sample() -> None:
    x = augmented(X, "color", stream(9))
    assert x.dtype == torch.uint8
    assert x.shape == X.shape
    assert not torch.equal(x, X)


def test_a_detector_is_its_seeds_and_leaves_torchs_own_generator_alone() -> None:
    state = torch.get_rng_state()
    one, same = (nn.utils.parameters_to_vector(taught(X, "color", steps=2).parameters()) for _ in range(2))
    assert torch.equal(one, same)
    assert torch.equal(torch.get_rng_state(), state)


def test_significance_is_that_of_two_proportions() -> None:
    clean = Called(100, 1000)
    assert Called(150, 1000).beyond(clean) == pytest.approx(3.3806, abs=1e-3)  # .05 / sqrt(.125 * .875 * 2 / 1000)
    assert Called(150, 1000).leaks(clean)
    assert not Called(130, 1000).leaks(clean)
    assert Called(0, 10).beyond(Called(0, 10)) == 0


def test_the_command_offers_what_the_experiment_has() -> None:
    assert tuple(ablation.POLICIES) == diffaugment.POLICIES


def test_the_command_writes_tables_and_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ablation, "SETTING", TINY)
    done = CliRunner().invoke(main, ["lab", "diffaugment", "--quick", "--steps", "1", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert {path.name for path in tmp_path.iterdir()} == {
        FILE, "samples", "diffaugment.md", "diffaugment-samples.png", "diffaugment-distance.png"
    }  # fmt: skip
    assert len(document(tmp_path)["rows"]) == 4


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--policy", "translations"), "'translations' is not one of 'none', 'translation', 'all'"),
        (("--fraction", "30"), "'30' is not one of '100', '20', '10'"),
        (("--seeds", "few"), "'few' is no list of seeds"),
        (("--steps", "0"), "0 is not in the range"),
    ],
)
def test_a_wrong_option_is_told_what_there_is(tmp_path: Path, options: tuple[str, str], sentence: str) -> None:
    done = CliRunner().invoke(main, ["lab", "diffaugment", *options, "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert sentence in " ".join(done.output.split())
    assert not list(tmp_path.iterdir())

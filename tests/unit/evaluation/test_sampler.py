"""A sampler's figures: their names, their scale, and that they can be had again."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from models.checkpoint import load
from models.priors import NormalPrior
from tests.unit.evaluation.worlds import DIGITS, World, generator, stripes
from training.evaluation import measure_classifier, measure_sampler
from training.evaluation.errors import ExtractorUnfit, NothingToMeasure
from training.evaluation.evaluate import Settings, evaluate
from training.evaluation.report import Report, Row, render, title
from training.metrics.errors import NotFinite, TooFewImages

COMMAND = "zerosum eval stripes-gan"


class Repeater(nn.Module):
    """A perfect memory: its z is the number of a training image."""

    def __init__(self, *, fault: float = 0.0) -> None:
        super().__init__()
        self.prior = NormalPrior(1)
        self.known = torch.from_numpy(stripes(300, seed=0)[0]) / 255
        self.fault = fault

    def sample(self, z: Tensor, psi: Tensor) -> Tensor:
        rows = (z[:, 0] * 1000).long() % len(self.known)
        return self.known[rows] + self.fault


@pytest.fixture(scope="module")
def report(world: World) -> Report:
    return evaluate("stripes-gan", Settings(world.weights, None, None, samples=(100,), seeds=(0, 1)))


def row(report: Report, name: str) -> Row:
    return next(row for section in report.sections for row in section.rows if row.name == name)


def values(metrics: object) -> dict[str, float]:
    assert isinstance(metrics, tuple)
    return {metric.name: metric.value for metric in metrics}


def test_every_figure_names_its_extractor_n_reference_and_command(world: World) -> None:
    folder = world.weights / "stripes-cnn"
    metrics = measure_sampler(generator(), data=world.data, command=COMMAND, extractor=folder, samples=(100,))
    assert [title(metric) for metric in metrics] == [
        *(
            f"{name}@stripes-cnn (n=100, ref=test)"
            for name in (
                *("frechet", "kernel-distance", "precision", "recall", "density", "coverage", "classifier-score"),
                *("class-share-min", "class-share-max"),
            )
        ),
        *(f"nearer@{space} (n=100, ref=train)" for space in ("pixels", "stripes-cnn")),
        "copies@pixels (n=100, ref=train)",
    ]
    assert {metric.command for metric in metrics} == {COMMAND}
    frechet = metrics[0]
    assert frechet.floor is not None
    assert frechet.value > 3 * frechet.floor > 0


def test_without_a_named_extractor_the_one_that_fits_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZEROSUM_WEIGHTS", str(world.weights))
    network, folder = generator(), world.weights / "stripes-cnn"
    named = measure_sampler(network, data=world.data, command=COMMAND, extractor=folder, samples=(30,))
    assert measure_sampler(network, data=world.data, command=COMMAND, samples=(30,)) == named


def test_a_loaded_checkpoint_measures_as_the_network_that_was_exported(world: World) -> None:
    folder, loaded = world.weights / "stripes-cnn", load(world.weights / "stripes-gan").network
    first = measure_sampler(generator(), data=world.data, command=COMMAND, extractor=folder, samples=(50,))
    assert measure_sampler(loaded, data=world.data, command=COMMAND, extractor=folder, samples=(50,)) == first


def test_a_memory_scores_the_floor_and_is_caught_by_its_nearness(world: World) -> None:
    folder = world.weights / "stripes-cnn"
    metrics = measure_sampler(Repeater(), data=world.data, command=COMMAND, extractor=folder, samples=(100,))
    found, frechet = values(metrics), metrics[0]
    assert frechet.floor is not None
    assert frechet.value < 3 * frechet.floor
    assert found["copies@pixels"] == 1.0
    assert found["nearer@pixels"] == found["nearer@stripes-cnn"] == 1.0


def test_the_table_has_samples_floor_memory_and_the_ladder(report: Report) -> None:
    names = [row.name for row in report.sections[0].rows]
    assert names[:3] == ["samples", "floor: train", "memorised train"]
    assert {"noise 0.3", "blur 2 px", "one class dropped", "10 images, copied"} <= set(names)
    floor, noise = row(report, "floor: train").cells["frechet"], row(report, "noise 0.3").cells["frechet"]
    assert noise.value > 3 * floor.value
    assert (
        row(report, "half the classes dropped").cells["recall"].value
        < row(report, "floor: train").cells["recall"].value
    )


def test_seeds_and_floors_are_repeats_with_an_error(report: Report) -> None:
    assert report.sections[0].title == "2 x samples and 3 x train against test"
    assert all(cell.error is not None for cell in row(report, "samples").cells.values())
    assert all(cell.error is not None for cell in row(report, "floor: train").cells.values())
    memorised = row(report, "memorised train").cells
    assert {name for name, cell in memorised.items() if cell.error is not None} == {"kernel-distance"}


def test_class_shares_sum_to_one_under_the_labels_of_the_card(report: Report) -> None:
    for line in report.sections[1].rows:
        assert tuple(line.cells) == DIGITS
        assert sum(cell.value for cell in line.cells.values()) == pytest.approx(1.0)


def test_the_memorised_row_shows_what_a_copy_looks_like(report: Report) -> None:
    assert row(report, "memorised train, pixels").cells["copies"].value == 1.0
    assert row(report, "samples, pixels").cells["copies"].value == 0.0


def test_the_extractor_is_named_with_accuracy_and_digest(world: World, report: Report) -> None:
    digest = load(world.weights / "stripes-cnn").card.sha256
    assert report.facts["extractor"].startswith("stripes-cnn (8 features, accuracy ")
    assert report.facts["extractor"].endswith(f"on the 120 test images), sha256 {digest}")
    assert report.facts["samples"] == "n=100, seeds 0, 1, rows 0..99, 8 bits"
    assert "times the floor" in report.facts["frechet"]


def test_it_prints_as_columns_and_writes_as_json(report: Report) -> None:
    text = render(report)
    table = text[text.index("against test") :].splitlines()[1:5]
    assert len({len(line) for line in table}) == 1
    assert json.loads(json.dumps(report.json()))["metrics"][0]["name"] == "frechet@stripes-cnn"


def test_more_samples_than_train_images_have_a_smaller_floor_that_says_so(world: World) -> None:
    report = evaluate("stripes-gan", Settings(world.weights, None, None, samples=(310,), seeds=(0,)))
    assert (row(report, "samples").n, row(report, "floor: train").n) == (310, 300)
    assert "floor of 300 images" in report.facts["frechet"]


def test_a_network_that_draws_nothing_is_refused(world: World) -> None:
    with pytest.raises(NothingToMeasure, match="Linear draws no images"):
        measure_sampler(nn.Linear(1, 1), data=world.data, command=COMMAND, extractor=world.weights / "stripes-cnn")


def test_images_of_another_size_are_refused(world: World) -> None:
    small = Repeater()
    small.known = small.known[..., :14, :14]
    with pytest.raises(ExtractorUnfit, match="stripes-cnn takes 1x28x28 images, got 1x14x14"):
        measure_sampler(small, data=world.data, command=COMMAND, extractor=world.weights / "stripes-cnn")


def test_too_few_samples_and_broken_features_are_refused(world: World) -> None:
    folder = world.weights / "stripes-cnn"
    with pytest.raises(TooFewImages, match="samples: needs at least 6 images, got 5"):
        measure_sampler(generator(), data=world.data, command=COMMAND, extractor=folder, samples=(5,))
    broken = generator()
    broken.to_image.weight.data.fill_(torch.nan)
    with pytest.raises(NotFinite, match=r"seed 0: rows 0\.\. have a pixel"):
        measure_sampler(broken, data=world.data, command=COMMAND, extractor=folder, samples=(100,))


def test_data_without_labels_leaves_the_accuracy_unknown(world: World, tmp_path: Path) -> None:
    path = tmp_path / "bare.npz"
    np.savez(path, x_train=stripes(60, seed=0)[0], x_test=stripes(60, seed=1)[0])
    report = evaluate("stripes-gan", Settings(world.weights, f"npz:{path}", None, samples=(20,), seeds=(0,)))
    assert "accuracy unknown" in report.facts["extractor"]
    with pytest.raises(NothingToMeasure, match=r"npz:bare.npz has no labels"):
        measure_classifier(load(world.weights / "stripes-cnn").network, data=f"npz:{path}", command=COMMAND)

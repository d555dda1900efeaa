"""A denoiser in front of a classifier, attacked with and without knowledge of it."""

from dataclasses import asdict
from pathlib import Path

import pytest
from torch import nn

from models.families.digits_cnn import DigitsCNNConfig
from models.families.hgd import HGD, HGDConfig
from models.victim import Bare
from tests.unit.evaluation.worlds import SHAPE, World, classifier_facts, save, trained_classifier
from training.errors import CheckpointMissing
from training.evaluation import denoising, measure_denoising
from training.evaluation.denoising import ASSAULTS, Assault, compare
from training.evaluation.errors import NothingToMeasure
from training.evaluation.evaluate import Settings, evaluate

TINY = HGDConfig(widths=(4, 4))


SHORT = (Assault("fgsm", 1, 76), Assault("pgd", 3, 25), Assault("pgd", 3, 76))
pytestmark = pytest.mark.usefixtures("short")


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer steps and images than on a card."""
    monkeypatch.setattr(denoising, "ASSAULTS", SHORT)
    monkeypatch.setattr(denoising, "EVERY", 6)


@pytest.fixture
def weights(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    save(tmp_path, "cnn-mnist", trained_classifier(), **classifier_facts(world.data, DigitsCNNConfig(4, 8)))
    monkeypatch.setenv("ZEROSUM_WEIGHTS", str(tmp_path))
    return tmp_path


def test_a_denoiser_that_does_nothing_leaves_what_the_attacks_leave(world: World) -> None:
    found = compare(HGD(TINY).eval(), Bare(trained_classifier()), data=world.data)
    assert found.n == 20
    assert found.clean[0] == found.clean[1]
    assert found.bare == found.grey == found.adaptive
    assert found.grey["pgd3-eps76"] <= found.grey["pgd3-eps25"]


def test_a_card_has_the_radius_of_the_literature_in_forty_steps() -> None:
    assert [each.name for each in ASSAULTS] == ["fgsm-eps76", "pgd40-eps25", "pgd40-eps51", "pgd40-eps76"]


def test_the_card_has_the_clean_share_and_both_columns(world: World, weights: Path) -> None:
    metrics = measure_denoising(HGD(TINY).eval(), data=world.data, command="zerosum eval denoiser")
    names = [metric.name for metric in metrics]
    assert names[0] == "accuracy@cnn-mnist"
    assert names[-2:] == ["grey-box-pgd3-eps76@cnn-mnist", "adaptive-pgd3-eps76@cnn-mnist"]
    assert len(names) == 1 + 2 * len(SHORT)
    data = classifier_facts(world.data, DigitsCNNConfig())["data"]
    facts = {"family": "hgd", "capabilities": ["denoiser"], "config": asdict(TINY), "input": SHAPE, "output": None}
    save(weights, "denoiser", HGD(TINY).eval(), **facts, data=data, metrics=[each.model_dump() for each in metrics])
    report = evaluate("denoiser", Settings(weights, None, None, samples=(1,), seeds=(0,)))
    assert [row.name for row in report.sections[0].rows] == ["no attack", *(each.name for each in SHORT)]
    assert list(report.sections[0].rows[0].cells) == ["no denoiser", "grey-box", "adaptive", "low", "high"]
    assert report.reprint == (f"reprints the card: {len(names)} figures within 1e-06",)


def test_what_cannot_be_measured_says_so(world: World, weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NothingToMeasure, match="Identity cleans no images"):
        measure_denoising(nn.Identity(), data=world.data, command="x")
    monkeypatch.setenv("ZEROSUM_WEIGHTS", str(weights / "nowhere"))
    with pytest.raises(CheckpointMissing, match="measured in front of cnn-mnist, and there is no"):
        measure_denoising(HGD(TINY), data=world.data, command="x")

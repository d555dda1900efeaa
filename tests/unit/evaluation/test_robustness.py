"""A classifier under attack: what is left of its accuracy, and that its card prints it again."""

from pathlib import Path

import pytest
import torch

from models.families.digits_cnn import DigitsCNNConfig
from models.lattice import quantised
from tests.unit.evaluation.worlds import World, classifier_facts, save, trained_classifier
from training.evaluation import measure_robustness
from training.evaluation.evaluate import Settings, evaluate
from training.evaluation.robustness import ASSAULTS, named_right, withstood

COMMAND = "zerosum eval stripes-robust"


@pytest.fixture(scope="module")
def found(world: World) -> dict[str, float]:
    metrics = measure_robustness(trained_classifier(), data=world.data, command=COMMAND)
    assert {metric.n for metric in metrics} == {120}
    return {metric.name: metric.value for metric in metrics}


def test_the_figures_are_those_of_a_classifier_and_one_an_attack(found: dict[str, float]) -> None:
    assert list(found) == [
        *("accuracy", "accuracy-worst-class", "calibration-error"),
        *("fgsm-eps76-accuracy", "pgd40-eps76-accuracy"),
    ]
    assert [assault.name for assault in ASSAULTS] == list(found)[3:]


def test_an_attack_leaves_fewer_right_and_forty_steps_no_more_than_one(found: dict[str, float]) -> None:
    assert found["accuracy"] > 0.5
    assert found["pgd40-eps76-accuracy"] <= found["fgsm-eps76-accuracy"] < found["accuracy"]


def test_what_is_wrong_without_an_attack_is_not_right_under_one(world: World) -> None:
    class Stubborn(torch.nn.Module):
        def classify(self, x: torch.Tensor) -> torch.Tensor:
            return 9.0 * torch.eye(10)[3].repeat(len(x), 1) + 0 * x.sum(dim=(1, 2, 3))[:, None]

    assert set(withstood(Stubborn(), data=world.data).values()) == {12}
    x = quantised(torch.rand(30, 1, 28, 28))
    assert named_right(Stubborn(), x, torch.arange(30) % 10) == 3


def test_a_card_with_attacks_is_printed_again_with_its_attacks(
    world: World, found: dict[str, float], tmp_path: Path
) -> None:
    metrics = [
        {"name": name, "value": value, "n": 120, "reference": "test", "command": COMMAND}
        for name, value in found.items()
    ]
    facts = classifier_facts(world.data, DigitsCNNConfig(width=4, features=8)) | {"metrics": metrics}
    save(tmp_path, "stripes-robust", trained_classifier(), **facts)
    report = evaluate("stripes-robust", Settings(tmp_path, None, None, samples=(1,), seeds=(0,)))
    assert report.sections[-1].title == "right under attack"
    assert [row.name for row in report.sections[-1].rows] == ["fgsm", "pgd"]
    assert [metric.name for metric in report.metrics] == list(found)

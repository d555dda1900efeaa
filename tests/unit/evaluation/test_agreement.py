"""Whether a conditional sampler draws what it is asked for, and what readers and encoders tell of images."""

from dataclasses import asdict
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from models.capabilities import capabilities_of
from models.codes import Code
from models.families.aae import AAEConfig, Autoencoder
from models.families.digits_cnn import DigitsCNNConfig
from models.priors import CodedPrior
from tests.unit.evaluation.worlds import DIGITS, World, classifier_facts, save, stripes, trained_classifier
from training.evaluation import measure_reading, measure_sampler
from training.evaluation.agreement import agreements, section, together
from training.evaluation.evaluate import Settings, evaluate
from training.evaluation.extractor import open_extractor

LABEL = Code("label", DIGITS)


class Striper(nn.Module):
    """Draws the stripes of the label it is asked for; of one label in three, those of the next."""

    def __init__(self, *, wrong: bool) -> None:
        super().__init__()
        self.prior, self.wrong = CodedPrior(2, (LABEL,)), wrong
        self.codes = self.prior.codes

    def sample(self, z: Tensor, psi: Tensor) -> Tensor:
        label = z[:, 2:].argmax(dim=1)
        if self.wrong:
            label = torch.where(label % 3 == 0, (label + 1) % 10, label)
        images = torch.from_numpy(stripes(10, seed=5)[0]) / 255
        return images[label]


class Teller(nn.Module):
    """Draws nothing of note; reads an image as its category, under names of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.prior = CodedPrior(2, (Code("number"), Code("category", tuple("abcdefghij"))))
        self.codes, self.network = self.prior.codes, trained_classifier()

    def sample(self, z: Tensor, psi: Tensor) -> Tensor:
        return torch.zeros(len(z), 1, 28, 28)

    def read(self, x: Tensor) -> Tensor:
        probabilities = self.network.classify(x).softmax(dim=1)
        return torch.cat([torch.zeros(len(x), 1), probabilities.roll(3, dims=1)], dim=1)


def values(metrics: Any) -> dict[str, float]:
    return {metric.name: metric.value for metric in metrics}


def test_a_sampler_that_obeys_agrees_and_one_that_does_not_is_caught(world: World) -> None:
    extractor = open_extractor(world.weights / "stripes-cnn")
    found = {}
    for wrong in (False, True):
        network = Striper(wrong=wrong)
        z = network.prior.draw(seed=3, rows=range(200))
        view = extractor.view((network.sample(z, torch.ones(200)) * 255).round().to(torch.uint8))
        (found[wrong],) = agreements(network, view, extractor, seed=3)
    assert found[False].share == found[False].worst == 1.0
    assert found[True].worst == 0.0
    assert found[True].share == pytest.approx(0.6, abs=0.1)
    both = together([[found[False]], [found[True]]])[0]
    assert both.n == 400
    assert [row.name for row in section(both).rows] == ["all", *DIGITS]


def test_an_unconditional_sampler_has_no_agreement(world: World) -> None:
    extractor = open_extractor(world.weights / "stripes-cnn")
    view = extractor.view(torch.zeros(3, 1, 28, 28, dtype=torch.uint8))
    assert agreements(Autoencoder(AAEConfig(latent_dim=2, width=4)), view, extractor, seed=0) == []
    assert agreements(nn.Linear(1, 1), view, extractor, seed=0) == []


def test_the_card_of_a_conditional_sampler_has_its_agreement(world: World) -> None:
    folder = world.weights / "stripes-cnn"
    metrics = measure_sampler(
        Striper(wrong=False), data=world.data, command="zerosum eval x", extractor=folder, samples=(60, 90)
    )
    assert values(metrics)["label-agreement@stripes-cnn"] == 1.0
    assert [metric.n for metric in metrics if metric.name == "label-agreement@stripes-cnn"] == [90]
    assert [metric.n for metric in metrics if metric.name == "frechet@stripes-cnn"] == [60, 90]


def test_categories_are_matched_to_classes_on_train_and_judged_on_test(world: World) -> None:
    figures = values(measure_reading(Teller(), data=world.data, command="zerosum eval x"))
    assert set(figures) == {"category-error"}
    assert figures["category-error"] < 0.05  # whatever the names and their order


@pytest.mark.slow
def test_an_autoencoder_is_measured_by_what_comes_back_and_by_its_code(world: World) -> None:
    torch.manual_seed(0)
    network = Autoencoder(AAEConfig(codes=(LABEL,), latent_dim=3, width=4)).eval()
    metrics = measure_reading(network, data=world.data, command="zerosum eval x")
    figures = values(metrics)
    assert set(figures) == {"reconstruction-mse", "mmd-code-to-prior", "label-error"}
    assert figures["label-error"] > 0.5  # nobody taught it
    prior = next(metric for metric in metrics if metric.name == "mmd-code-to-prior")
    assert prior.floor is not None
    assert prior.value > 10 * abs(prior.floor)


def test_a_network_that_reads_nothing_has_no_such_figures(world: World) -> None:
    assert measure_reading(nn.Linear(1, 1), data=world.data, command="x") == ()


@pytest.mark.slow
def test_the_report_of_an_encoder_shows_what_it_reads(world: World) -> None:
    torch.manual_seed(0)
    config = AAEConfig(codes=(LABEL,), latent_dim=3, width=4)
    network = Autoencoder(config).eval()
    facts = classifier_facts(f"npz:{world.npz.name}", DigitsCNNConfig())
    shape = facts["input"]
    changes = {"family": "aae", "capabilities": list(capabilities_of(network)), "config": asdict(config)}
    save(world.weights, "stripes-aae", network, **facts | changes | {"output": shape, "labels": ()})
    try:
        report = evaluate("stripes-aae", Settings(world.weights, world.data, "stripes-cnn", (40,), (0,)))
    finally:
        for path in (world.weights / "stripes-aae").iterdir():
            path.unlink()
        (world.weights / "stripes-aae").rmdir()
    titles = [section.title for section in report.sections]
    assert titles[-2:] == ["label: read as asked", "what it reads"]

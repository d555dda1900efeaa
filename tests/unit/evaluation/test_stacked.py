"""Modes of stacked digits, named digit by digit."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import training.data
from models.families.dcgan import DCGANConfig, Generator
from models.priors import NormalPrior
from tests.unit.evaluation.worlds import World, save, stripes
from tests.unit.models.cards import card_facts
from training.data import Dataset, Source
from training.evaluation import measure_stacked, stacked
from training.evaluation.evaluate import Settings, evaluate
from training.evaluation.extractor import open_extractor
from training.evaluation.stacked import name


class Collapsed(nn.Module):
    """Draws the same three stripes whatever z is."""

    def __init__(self, digits: tuple[int, int, int]) -> None:
        super().__init__()
        self.prior = NormalPrior(1)
        images, _ = stripes(10, seed=5)
        self.image = torch.from_numpy(np.concatenate([images[digit] for digit in digits])) / 255

    def sample(self, z: Tensor, psi: Tensor) -> Tensor:
        return self.image.expand(len(z), 3, 28, 28)


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> str:
    random = np.random.default_rng(0)
    images, labels = stripes(200, seed=0)
    rows = random.integers(0, 200, (300, 3))
    stack = Dataset(
        "stacked", images[rows][:, :, 0], tuple(map(str, range(300))), Source("s", "CC0-1.0", "the test", "drawn"),
        labels=labels[rows] @ np.array([100, 10, 1]),
    )  # fmt: skip
    monkeypatch.setattr(training.data, "load", lambda *_, **__: stack)
    return "stacked"


def values(metrics: Any) -> dict[str, tuple[float, float]]:
    return {metric.name.partition("@")[0]: (metric.value, metric.floor) for metric in metrics}


def test_a_collapsed_sampler_reaches_one_mode_and_real_digits_many(world: World, data: str) -> None:
    figures = values(
        measure_stacked(
            Collapsed((3, 1, 4)),
            data=data,
            command="zerosum eval x",
            samples=(20, 300),
            extractor=world.weights / "stripes-cnn",
        )
    )
    assert figures["modes"][0] == 1
    assert figures["modes"][1] > 200
    assert figures["modes-sure"][0] <= 1
    assert figures["kl-to-even"][0] == pytest.approx(np.log(1000))
    assert figures["kl-to-even"][1] < 2
    assert figures["mode-share-max"][0] == 1.0


def test_the_mode_is_the_number_that_the_channels_spell(world: World) -> None:
    extractor = open_extractor(world.weights / "stripes-cnn")
    image = (Collapsed((3, 1, 4)).image[None] * 255).round().to(torch.uint8)
    told = name(image, extractor)
    assert told.modes.tolist() == [314]
    assert len(told.sure()) == int(told.confidence[0] >= 0.9)


def test_a_shipped_sampler_of_stacks_is_evaluated_by_its_modes(
    world: World, data: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(stacked, "SAMPLES", 60)
    torch.manual_seed(0)
    config = DCGANConfig(latent_dim=2, width=2, channels=3)
    shape = {"height": 28, "width": 28, "channels": 3}
    facts = card_facts("stacks")["data"] | {"name": "stacked-mnist"}
    changes = {"family": "dcgan", "config": asdict(config), "output": shape, "data": facts}
    save(tmp_path, "stacks", Generator(config).eval(), **changes)
    (tmp_path / "stripes-cnn").symlink_to(world.weights / "stripes-cnn")
    report = evaluate("stacks", Settings(tmp_path, None, "stripes-cnn", (10,), (0,)))
    assert [row.n for row in report.sections[0].rows] == [60] * 4
    assert report.sections[0].rows[0].cells["real"].value > 40

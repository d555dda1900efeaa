"""Translators measured on pairs, on worlds small enough to know the answer."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from models.codes import Code
from models.errors import DirectionUnknown
from models.families.cyclegan import CycleGAN, CycleGANConfig
from tests.unit.evaluation.worlds import save
from tests.unit.training.stand_in import drawings, faces, stripes
from training.data import Dataset
from training.evaluation import measure_translation, translation
from training.evaluation.attribute_change import change_of
from training.evaluation.errors import NothingToMeasure
from training.evaluation.evaluate import Settings, evaluate
from training.evaluation.extractor import View


class Line(nn.Module):
    """Draws the lines exactly; back again it colours nothing."""

    def __init__(self, *, leak: float = 0.0) -> None:
        super().__init__()
        self.directions, self.leak = ("color-to-line", "line-to-color"), leak

    def translate(self, x: Tensor, direction: str) -> Tensor:
        if direction not in self.directions:
            raise DirectionUnknown(direction)
        return torch.where(x.amax(dim=1, keepdim=True) <= 0.02, 0.0, 1.0).expand(-1, 3, -1, -1)


class Hider(nn.Module):
    """Answers white, with the image in the last bits of a float, and reads it out of them on the way back."""

    def __init__(self) -> None:
        super().__init__()
        self.directions = ("a-to-b", "b-to-a")

    def translate(self, x: Tensor, direction: str) -> Tensor:
        return 0.5 + x / 1000 if direction == "a-to-b" else ((x - 0.5) * 1000).clamp(0, 1)


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "load", lambda *_, **__: drawings(16))


@pytest.mark.usefixtures("loaded")
def test_a_perfect_direction_has_perfect_figures_and_the_identity_its_own() -> None:
    found = {one.name: one for one in measure_translation(Line(), data="drawings", size=32, command="x")}
    assert found["psnr-color-to-line"].value == 100
    assert found["ssim-color-to-line"].value == pytest.approx(1)
    assert found["l1-color-to-line"].value == 0
    images, lines = (torch.from_numpy(part).float() / 255 for part in (drawings(16).images, drawings(16).pairs))
    assert found["l1-color-to-line"].floor == pytest.approx(float((images - lines).abs().mean()))
    assert found["l1-line-to-color"].value == pytest.approx(found["l1-line-to-color"].floor or 0)


@pytest.mark.usefixtures("loaded")
def test_a_way_back_that_hides_in_the_last_bits_does_not_survive_noise() -> None:
    found = {one.name: one.value for one in measure_translation(Hider(), data="drawings", size=32, command="x")}
    assert found["cycle-l1-a-to-b"] < 1e-3
    assert found["cycle-l1-noised-a-to-b"] > 0.2


@pytest.mark.usefixtures("loaded")
def test_the_report_has_both_directions_beside_identity_and_mean_colour(tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = CycleGANConfig(("color", "line"), width=4, blocks=1)
    image = {"height": 32, "width": 32, "channels": 3}
    facts = {
        "family": "cyclegan",
        "capabilities": ["translator"],
        "config": asdict(config),
        "input": image,
        "output": None,
    }
    save(tmp_path, "lines", CycleGAN(config).eval(), **facts)
    report = evaluate("lines", Settings(tmp_path, None, None, (10,), (0,)))
    assert [section.title.partition(":")[0] for section in report.sections] == ["color-to-line"] * 2 + [
        "line-to-color"
    ] * 2
    rows = {row.name: row.cells for row in report.sections[0].rows}
    assert list(rows) == ["color-to-line", "identity", "mean colour"]
    white = torch.from_numpy(drawings(16).pairs).float().mean(dim=(0, 2, 3)) / 255
    lines = torch.from_numpy(drawings(16).pairs).float() / 255
    assert rows["mean colour"]["l1"].value == pytest.approx(
        float((lines - white.view(1, 3, 1, 1)).abs().mean()), abs=1e-4
    )


@pytest.mark.parametrize(
    ("network", "data", "sentence"),
    [
        (nn.Identity(), drawings(8), "Identity translates nothing"),
        (Line(), stripes(8), "stripes has no pairs in test: there is no truth to compare with"),
    ],
)
def test_what_cannot_be_compared_says_so(
    network: nn.Module, data: Dataset, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translation, "load", lambda *_, **__: data)
    with pytest.raises(NothingToMeasure, match=sentence):
        translation.examined(network, data=data.name, size=32)
    assert measure_translation(network, data=data.name, size=32, command="x") == ()


def test_domains_without_a_second_one_in_train_are_refused() -> None:
    with pytest.raises(NothingToMeasure, match="stripes has one domain"):
        translation.target(stripes(4))


class Reader:
    """Reads hair from the upper half and the mouth from the lower one, exactly."""

    codes = (Code("hair", ("red", "green", "blue")), Code("mouth", ("smile", "frown")))

    def view(self, images: Tensor) -> View:
        above, below = (part.float().mean(dim=(2, 3)) for part in images.split(32, dim=2))
        return View(images, above, (above, below[:, :2]))


def test_the_changed_attribute_and_the_kept_ones_are_told_apart() -> None:
    data = replace(faces(12), name="apart:avatars-x:mouth")
    x = torch.from_numpy(data.images).float() / 255
    turned = x.clone()
    turned[:, :2, 32:] = turned[:, :2, 32:].flip(1)
    change: Any = change_of("smile-to-frown", x, Reader(), data)  # type: ignore[arg-type]
    assert change.reached == pytest.approx(float((data.attributes["mouth"] == 1).mean()))
    assert change.values()["kept"] == 1
    smiling = np.flatnonzero(data.attributes["mouth"] == 0)
    part = data.take(smiling, split="test")
    change = change_of("smile-to-frown", turned[smiling], Reader(), part)  # type: ignore[arg-type]
    assert (change.reached, change.kept) == (1.0, {"hair": 1.0})
    assert [row.name for row in change.section(6).rows] == ["mouth is frown", "hair as it was"]


def test_a_direction_that_names_no_value_has_no_change() -> None:
    assert change_of("color-to-line", torch.zeros(1, 3, 64, 64), Reader(), faces(4)) is None  # type: ignore[arg-type]

"""Masks measured on the masks of the test images."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from models.families.unet import UNet, UNetConfig
from tests.unit.evaluation.worlds import save
from tests.unit.training.stand_in import drawings, stripes
from training.evaluation import measure_segmentation, segmentation
from training.evaluation.errors import NothingToMeasure
from training.evaluation.evaluate import Settings, evaluate


class Told(nn.Module):
    """Knows the answers, or says class 0 everywhere."""

    def __init__(self, *, right: bool, k: int = 3) -> None:
        super().__init__()
        self.right, self.k = right, k

    def segment(self, x: Tensor) -> Tensor:
        rings, grounds = x.amax(dim=1) == 0, x.amin(dim=1) == 1
        told = torch.where(rings, 2, torch.where(grounds, 0, 1)) if self.right else torch.zeros_like(x[:, 0]).long()
        return nn.functional.one_hot(told, self.k).movedim(3, 1).float()


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(segmentation, "load", lambda *_, **__: drawings(20))
    return "drawings"


def values(network: nn.Module, data: str) -> dict[str, float]:
    return {one.name: one.value for one in measure_segmentation(network, data=data, size=32, command="zerosum eval x")}


def test_right_masks_have_every_figure_one(data: str) -> None:
    assert set(values(Told(right=True), data).values()) == {1.0}


def test_empty_masks_have_the_share_of_the_ground(data: str) -> None:
    found, masks = values(Told(right=False), data), torch.from_numpy(drawings(20).masks)
    share = float((masks == 0).double().mean())
    assert found["pixel-accuracy"] == pytest.approx(share)
    assert found["iou-ground"] == pytest.approx(share)
    assert found["mean-iou"] == pytest.approx(share / 3)
    assert found["iou-line"] == 0


def test_the_report_stands_beside_an_empty_mask(data: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = UNetConfig(classes=3, width=4, depth=2)
    image = {"height": 32, "width": 32, "channels": 3}
    facts = {"family": "unet", "capabilities": ["segmenter"], "config": asdict(config), "input": image, "output": None}
    save(tmp_path, "parts", UNet(config).eval(), **facts)
    report = evaluate("parts", Settings(tmp_path, None, None, (10,), (0,)))
    rows = {row.name: row.cells for row in report.sections[0].rows}
    assert list(rows) == ["all classes", "ground", "colour", "line", "nothing but ground"]
    masks = torch.from_numpy(drawings(20).masks)
    assert rows["nothing but ground"]["right"].value == pytest.approx(float((masks == 0).float().mean()))


@pytest.mark.parametrize(
    ("network", "loaded", "sentence"),
    [
        (nn.Identity(), drawings(4), "Identity draws no masks"),
        (Told(right=True, k=4), drawings(4), "the network knows 4 classes, drawings has 3"),
        (Told(right=True), stripes(20), "drawings has no masks to compare with"),
    ],
)
def test_what_cannot_be_compared_says_so(
    network: nn.Module, loaded: Any, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segmentation, "load", lambda *_, **__: loaded)
    with pytest.raises(NothingToMeasure, match=sentence):
        measure_segmentation(network, data="drawings", size=32, command="x")

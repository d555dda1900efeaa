"""The sheet of a checkpoint: a translator and a segmenter show test images, beside what they should have become."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from models.tensors import Images
from tests.unit.training.stand_in import drawings
from training import export
from training.data import Dataset
from training.export import picture
from training.loop import Options
from training.recipes import preset, recipe
from training.run import Outcome, Overrides
from training.state import Progress

TEST = replace(drawings(36, seed=7), split="test")


def shown(name: str, monkeypatch: pytest.MonkeyPatch) -> Images:
    spec, chosen = recipe(name), preset(recipe(name), "smoke")
    train = drawings(40, seed=1)
    if spec.family == "cyclegan":
        train = replace(train, pairs=None, other=drawings(30, seed=2).pairs)

    def load(data: str, *, split: str, size: int) -> Dataset:
        assert (data, size) == (spec.data, 64)
        return {"train": train, "test": TEST}[split]

    monkeypatch.setattr(export, "load", load)
    outcome = Outcome(spec, chosen, "smoke", spec.data, Options(Path("run")), Progress(), Overrides())
    learner = spec.build(chosen.config, train)
    sheet = picture(outcome, learner, learner.network.eval())
    assert sheet is not None
    return sheet


def test_pix2pix_shows_test_pairs_three_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = shown("pix2pix-openmoji", monkeypatch)
    assert len(sheet) == 81
    rows = np.arange(27) * 36 // 27
    assert torch.equal(sheet[::3], torch.from_numpy(TEST.images[rows]).float() / 255)
    assert TEST.pairs is not None
    assert torch.equal(sheet[2::3], torch.from_numpy(TEST.pairs[rows]).float() / 255)


def test_cyclegan_shows_a_test_pair_in_every_row_of_six(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = shown("cyclegan-openmoji", monkeypatch)
    assert len(sheet) == 36
    assert TEST.pairs is not None
    for column, truth in ((0, TEST.images), (3, TEST.pairs)):
        assert torch.equal(sheet[column::6], torch.from_numpy(truth[::6]).float() / 255)


def test_unet_shows_test_masks_three_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = shown("unet-openmoji-parts", monkeypatch)
    assert len(sheet) == 81
    assert torch.equal(sheet[0], torch.from_numpy(TEST.images[0]).float() / 255)

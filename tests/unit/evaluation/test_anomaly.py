"""Scorers of anomalies on labels that train lacks; thresholds by held-out normals alone."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from PIL import Image
from torch import Tensor, nn

from models.capabilities import Inspection
from models.card import Calibration
from models.checkpoint import read_card
from models.families.skipganomaly import SkipGANomaly, SkipGANomalyConfig
from tests.unit.data.standins import noisy
from tests.unit.evaluation.worlds import save
from training.__main__ import main
from training.evaluation import anomaly, measure_anomaly
from training.evaluation.anomaly import calibrated, decisions, held_out, judged, reference, trial, values
from training.evaluation.errors import NothingToMeasure
from training.evaluation.evaluate import Settings, evaluate
from training.metrics.errors import NotFinite

SIZE = 16


class Light(nn.Module):
    """Bright is anomalous."""

    full_scale = 1.0

    def inspect(self, x: Tensor) -> Inspection:
        heat = x.mean(dim=1)
        return Inspection(heat.mean(dim=(1, 2)), heat, torch.zeros_like(x))


class Blind(Light):
    """Knows nothing."""

    def inspect(self, x: Tensor) -> Inspection:
        found = super().inspect(x)
        return replace(found, score=found.score * torch.nan)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> str:
    """200 dark images to learn from; in test 60 of them and 40 that are brighter."""
    random = np.random.default_rng(0)
    folder = tmp_path_factory.mktemp("light")
    dark = random.integers(0, 120, (260, 1, SIZE, SIZE), dtype=np.uint8)
    bright = random.integers(40, 255, (40, 1, SIZE, SIZE), dtype=np.uint8)
    images, labels = np.concatenate([dark, bright]), np.repeat([0, 1], [260, 40])
    path = folder / "light.npz"
    np.savez(path, x_train=images[:200], y_train=labels[:200], x_test=images[200:], y_test=labels[200:])
    return f"npz:{path}"


def test_a_perfect_scorer_has_every_figure_one(data: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZEROSUM_DATA", str(tmp_path))
    told = {one.name: one for one in measure_anomaly(Light(), data=data, size=SIZE, command="zerosum eval light")}
    assert told["auroc"].value == told["average-precision"].value == 1
    assert told["found"].value == 0  # sixty normals are too few for a rate of 1 %
    assert told["auroc"].floor is not None
    on = trial(data, size=SIZE)
    assert (int(on.anomalous.sum()), on.wrong, on.masks) == (40, [1], None)
    for kind in anomaly.REFERENCES:
        assert 0 <= values(reference(kind, on), on)["auroc"] <= 1


def test_the_threshold_is_that_of_the_normals_and_no_scorer_is_believed_that_says_nothing(
    data: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ZEROSUM_DATA", str(tmp_path))
    held = held_out(data, size=SIZE)
    assert len(held) == 60  # a set of the user's own: the normal test images
    found = calibrated(Light(), held, name=data)
    assert (len(found.scores), found.data) == (60, data)
    on = trial(data, size=SIZE)
    assert decisions(judged(Light(), on.test), on, found)["found"] == 0  # 60 normals never reach a rate of 1 %
    many = Calibration(data="x", scores=tuple(sorted([*found.scores, *[0.0] * 60])), peaks=(0.5,) * 120)
    assert decisions(judged(Light(), on.test), on, many) == pytest.approx({"false-positive-rate": 1 / 60, "found": 1.0})
    with pytest.raises(NotFinite):
        judged(Blind(), on.test)


def test_a_set_without_anomalies_has_no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anomaly, "load", lambda *_, **__: noisy(8))
    assert measure_anomaly(Light(), data="noise", size=8, command="x") == ()
    with pytest.raises(NothingToMeasure, match="scores no anomalies"):
        anomaly.scorer(nn.Identity())


@pytest.fixture
def weights(tmp_path: Path, data: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZEROSUM_DATA", str(tmp_path / "data"))
    torch.manual_seed(0)
    config = SkipGANomalyConfig(width=4, depth=2, d_width=4, d_depth=2)
    image = {"height": SIZE, "width": SIZE, "channels": 1}
    facts: dict[str, Any] = {
        "family": "skipganomaly",
        "capabilities": ["anomaly-scorer"],
        "config": asdict(config),
        "input": image,
    }
    facts["output"] = None
    facts |= {"data": {"name": data, "licence": "CC0-1.0", "obtained": "drawn", "images": 200}}
    save(tmp_path / "weights", "light", SkipGANomaly(config).eval(), **facts)
    return tmp_path / "weights"


def test_the_report_stands_beside_references(weights: Path) -> None:
    report = evaluate("light", Settings(weights, None, None, (10,), (0,)))
    assert [row.name for row in report.sections[0].rows] == ["light", *anomaly.REFERENCES]
    assert [section.title for section in report.sections] == ["images", "decisions"]
    assert {metric.name for metric in report.metrics} >= {"auroc", "false-positive-rate", "found"}


def normals(folder: Path, n: int) -> Path:
    """A folder of n dark images."""
    folder.mkdir()
    for i in range(n):
        levels = np.random.default_rng(1000 + i).integers(0, 120, (20, 20), dtype=np.uint8)
        Image.fromarray(levels).save(folder / f"{i}.png")
    return folder


def test_a_checkpoint_is_calibrated_on_a_folder(weights: Path, tmp_path: Path) -> None:
    folder = normals(tmp_path / "own", 25)
    words = ["calibrate", "light", "--weights", str(weights), "--data", f"folder:{folder}"]
    few = CliRunner().invoke(main, words)
    assert few.exit_code == 1
    assert "needs 99 held-out normals, there are 25" in few.output
    assert read_card(weights / "light").calibration is None
    done = CliRunner().invoke(main, [*words, "--rate", "0.05"])
    assert done.exit_code == 0, done.output
    found = read_card(weights / "light").calibration
    assert found is not None
    assert (len(found.scores), found.data) == (25, f"folder:{folder}")
    assert "25 normals" in done.output


def test_a_calibration_is_ascending_and_has_as_many_of_each() -> None:
    for wrong in ({"scores": (2.0, 1.0), "peaks": (1.0, 2.0)}, {"scores": (1.0,), "peaks": (1.0, 2.0)}):
        with pytest.raises(ValueError, match=r"ascending|one each"):
            Calibration(data="x", **wrong)

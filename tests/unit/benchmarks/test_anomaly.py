"""The tables of benchmarks.anomaly: references, and networks of several seeds in one line."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from PIL import Image

from benchmarks.anomaly import main
from models.families.skipganomaly import SkipGANomaly, SkipGANomalyConfig
from tests.unit.evaluation.worlds import save
from tests.unit.models.cards import card_facts

SIZE = 16
CONFIG = SkipGANomalyConfig(width=4, depth=2, d_width=4, d_depth=2)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Dark images; in test some that are brighter."""
    monkeypatch.setenv("ZEROSUM_DATA", str(tmp_path / "data"))
    random = np.random.default_rng(0)
    dark = random.integers(0, 120, (120, 1, SIZE, SIZE), dtype=np.uint8)
    bright = random.integers(40, 255, (12, 1, SIZE, SIZE), dtype=np.uint8)
    images, labels = np.concatenate([dark, bright]), np.repeat([0, 1], [120, 12])
    train, test = slice(0, 100), slice(100, None)
    parts: dict[str, Any] = {
        "x_train": images[train],
        "y_train": labels[train],
        "x_test": images[test],
        "y_test": labels[test],
    }
    np.savez(tmp_path / "light.npz", **parts)
    return f"npz:{tmp_path / 'light.npz'}"


def checkpoint(root: Path, data: str, *, seed: int) -> Path:
    torch.manual_seed(seed)
    facts: dict[str, Any] = {"family": "skipganomaly", "capabilities": ["anomaly-scorer"], "config": asdict(CONFIG)}
    facts["data"] = card_facts("x")["data"] | {"name": data}
    facts["training"] = card_facts("x")["training"] | {"recipe": "skipganomaly", "seed": seed}
    facts |= {"input": {"height": SIZE, "width": SIZE, "channels": 1}, "output": None}
    save(root, "light", SkipGANomaly(CONFIG).eval(), **facts)
    return root


def test_networks_of_one_recipe_make_one_line_beside_the_references(data: str, tmp_path: Path) -> None:
    folders = [checkpoint(tmp_path / f"seed-{seed}", data, seed=seed) for seed in range(2)]
    words = ["--set", data, *(word for folder in folders for word in ("--weights", str(folder)))]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    lines = {line.split("|")[1].strip(): line for line in done.output.splitlines() if line.startswith("|")}
    assert list(lines) == ["scorer", "--:", "PCA-64", "PCA-16", "1-NN in PCA-64", "skipganomaly"]
    assert "| skipganomaly | 2 |" in lines["skipganomaly"]
    assert "±" in lines["skipganomaly"]
    assert "12 of 32 test images are anomalous" in done.output


def test_a_sheet_has_the_first_test_images_of_each_label_beside_their_heat(data: str, tmp_path: Path) -> None:
    folder = checkpoint(tmp_path / "weights", data, seed=0) / "light"
    done = CliRunner().invoke(main, ["sheet", str(folder), str(tmp_path / "sheet.png")])
    assert done.exit_code == 0, done.output
    with Image.open(tmp_path / "sheet.png") as picture:
        assert picture.mode == "L"
        assert picture.width > 6 * SIZE

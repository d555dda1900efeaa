"""Extractors of several attributes: what they name, and how they are measured themselves."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as functional

import training.evaluation.attributes as attributes
from models.capabilities import capabilities_of
from models.codes import Code
from models.families.attribute_cnn import AttributeCNN, AttributeCNNConfig
from tests.unit.evaluation.worlds import save
from training.data import Dataset, Source
from training.evaluation.errors import NothingToMeasure
from training.evaluation.evaluate import Settings, evaluate
from training.evaluation.extractor import find_extractor, open_extractor
from training.evaluation.scores import score

CODES = (Code("shade", ("dark", "light")), Code("side", ("left", "right", "both")))
CONFIG = AttributeCNNConfig(codes=CODES, width=4, doublings=1, features=6, channels=3)
SHAPE = {"height": 16, "width": 16, "channels": 3}


def faces(n: int, *, seed: int) -> Dataset:
    """Dark or light images whose left, right or both halves are brighter."""
    rng = np.random.default_rng(seed)
    shade, side = rng.integers(0, 2, n), rng.integers(0, 3, n)
    images = rng.integers(0, 20, (n, 3, 16, 16)) + 100 * shade[:, None, None, None]
    images[side != 1, :, :, :8] += 100
    images[side != 0, :, :, 8:] += 100
    return Dataset(
        "faces",
        images.astype(np.uint8),
        tuple(map(str, range(n))),
        Source("faces", "CC0-1.0", "the test", "drawn"),
        attributes={"shade": shade, "side": side},
        attribute_names={code.name: code.values for code in CODES},
    )


@pytest.fixture(scope="module")
def reader() -> AttributeCNN:
    torch.manual_seed(0)
    network, data = AttributeCNN(CONFIG), faces(200, seed=0)
    x = torch.from_numpy(data.images) / 255
    for _ in range(60):
        losses = [
            functional.cross_entropy(head, torch.from_numpy(data.attributes[code.name]))
            for head, code in zip(network.split(network(x)), CODES, strict=True)
        ]
        gradients = torch.autograd.grad(torch.stack(losses).sum(), list(network.parameters()))
        for parameter, gradient in zip(network.parameters(), gradients, strict=True):
            parameter.data -= 0.1 * gradient
    return network.eval()


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Dataset:
    test = faces(80, seed=1)
    monkeypatch.setattr(attributes, "load", lambda *_, **__: test)
    return test


def shipped(root: Path, reader: AttributeCNN) -> None:
    changes: dict[str, Any] = {"family": "attribute-cnn", "capabilities": list(capabilities_of(reader))}
    save(root, "faces-cnn", reader, **changes, config=asdict(CONFIG), input=SHAPE, output=None)


def test_the_accuracy_of_every_attribute_is_measured_and_reprinted(
    reader: AttributeCNN, data: Dataset, tmp_path: Path
) -> None:
    metrics = attributes.measure_attributes(reader, data="faces", command="zerosum eval faces-cnn")
    assert [metric.name for metric in metrics] == ["shade-accuracy", "side-accuracy", "accuracy-worst-attribute"]
    assert min(metric.value for metric in metrics) > 0.9
    shipped(tmp_path, reader)
    report = evaluate("faces-cnn", Settings(tmp_path, "faces", None, (10,), (0,)))
    assert [row.name for row in report.sections[0].rows] == ["shade", "side"]
    assert report.metrics == metrics


def test_a_set_without_the_attribute_is_refused(reader: AttributeCNN, data: Dataset) -> None:
    data.attribute_names["side"] = ("up", "down")  # type: ignore[index]
    with pytest.raises(NothingToMeasure, match="has no attribute side of left, right, both"):
        attributes.measure_attributes(reader, data="faces", command="x")


def test_as_an_extractor_it_has_a_head_for_each_code_and_sees_shares_shift(
    reader: AttributeCNN, tmp_path: Path
) -> None:
    shipped(tmp_path, reader)
    extractor = open_extractor(find_extractor(tmp_path, shape=(3, 16, 16), data="faces"))
    assert extractor.codes == CODES
    view = extractor.view(torch.from_numpy(faces(120, seed=2).images))
    assert [head.shape for head in view.heads] == [(120, 2), (120, 3)]
    light = view.rows(view.heads[0].argmax(dim=1).nonzero().flatten())
    figures = score(light, view).figures
    assert figures["share-gap"] == pytest.approx(1 - len(light) / 120)
    assert "class-share-min" not in figures
    assert score(view, view).figures["share-gap"] == 0

"""The weights that are shipped against the packages that they came from: fetched, or found in ZEROSUM_DATA."""

from pathlib import Path

import pytest
import torch

from models.checkpoint import load
from tests.unit.repository.tree import ROOT
from training.data.cache import data_root
from training.evaluation.photographs import ask, photographs
from training.imports.lite import LITES, Lite, read_network, side

pytestmark = pytest.mark.slow


@pytest.fixture
def root() -> Path:
    """Where packages are kept."""
    return data_root()


@pytest.mark.parametrize("chosen", LITES, ids=lambda chosen: chosen.id)
def test_half_precision_costs_nothing_and_eighteen_of_twenty_photographs_are_named(chosen: Lite, root: Path) -> None:
    seen = photographs(root, side(chosen))
    shipped, whole = (
        ask(network, seen) for network in (load(ROOT / "weights" / chosen.id).network, read_network(chosen, root))
    )
    assert (shipped.softmax(1) - whole.softmax(1)).abs().max() < 5e-3
    assert torch.equal(shipped.argmax(1), whole.argmax(1))
    assert int((shipped.argmax(1) == seen.y).sum()) == 18

"""Ours beside foolbox and adv-lib on a shipped network."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from benchmarks.peers import PEERS
from models.attacks.norms import L2_NORM
from models.attacks.registry import attack
from models.attacks.rows import rows_of
from models.checkpoint import load
from models.lattice import quantised
from models.solver import solve
from models.victim import Bare
from tests.unit.repository.tree import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]  # the peers' own imports


@pytest.fixture(scope="module")
def network() -> nn.Module:
    return load(Path(ROOT) / "weights" / "digits-cnn-v1").network


@pytest.fixture(scope="module")
def strokes(network: nn.Module) -> tuple[Tensor, Tensor]:
    """256 images of a few thick strokes, and what the network takes each for: an oracle needs no digits."""
    generator = torch.Generator().manual_seed(0)
    x = torch.zeros(256, 1, 28, 28)
    for image in x[:, 0]:
        for _ in range(3):
            top, left, tall, wide = torch.randint(2, 16, (4,), generator=generator).tolist()
            image[top : top + 2 + tall % 9, left : left + 2 + wide % 9] = 1
    x = quantised(x)
    with torch.no_grad():
        return x, network(x).argmax(dim=1)


def test_fgsm_is_foolboxs_to_the_last_byte(network: nn.Module, strokes: tuple[Tensor, Tensor]) -> None:
    x, y = strokes
    theirs = PEERS["fgsm"]["foolbox"](network, x, y, 76 / 255)
    ours = solve(attack("fgsm").solver(Bare(network), "linf"), rows_of(x, y, eps=76, steps=1))  # type: ignore[arg-type]
    attacked = ~ours.wrong & (ours.x != x).flatten(1).any(dim=1)
    assert attacked.sum() > 200
    assert torch.equal(quantised(theirs)[attacked], ours.x[attacked])


@pytest.mark.parametrize("library", ["foolbox", "adv-lib"])
def test_ddn_comes_at_least_as_near(network: nn.Module, strokes: tuple[Tensor, Tensor], library: str) -> None:
    x, y = (each[:12] for each in strokes)
    theirs = PEERS["ddn"][library](network, x, y, torch.inf)
    ours = solve(attack("ddn").solver(Bare(network), "l2"), rows_of(x, y, eps=torch.inf, steps=200))  # type: ignore[arg-type]
    assert ours.success.all()
    assert L2_NORM.length(ours.x - x).median() <= 1.02 * L2_NORM.length(theirs - x).median()

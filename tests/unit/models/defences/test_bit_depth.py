import pytest
import torch

from models.attacks.pgd import PGD
from models.defences.bit_depth import BitDepth
from models.defences.defended import Defended
from models.solver import solve
from models.streams import keys
from tests.unit.models.attacks.world import images, rows, victim


@pytest.mark.parametrize("bits", [1, 3, 8])
def test_so_many_levels_are_left(bits: int) -> None:
    x, _ = images(8)
    left = BitDepth(bits).cleaned(x, keys(0, range(8)))
    assert len(left.unique()) <= 2**bits
    assert (left - x).abs().max() <= 0.5 / (2**bits - 1) + 1e-6
    assert left.min() == 0


def test_a_gradient_gets_through_and_an_attack_with_it() -> None:
    behind = Defended(victim(), BitDepth(3))
    some = rows(16, eps=60, steps=15)
    adaptive = solve(PGD(behind), some)
    assert adaptive.success.sum() >= 12
    assert torch.equal(adaptive.success, (adaptive.margin > 1e-4) & ~adaptive.wrong)

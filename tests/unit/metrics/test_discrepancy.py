import pytest
import torch

from training.metrics.discrepancy import SCALES, mmd
from training.metrics.errors import TooFewImages


def normal(n: int, d: int, seed: int) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed))


def test_two_sets_of_one_distribution_stand_near_zero_and_a_shift_is_seen() -> None:
    x, y = normal(1000, 8, 0), normal(1000, 8, 1)
    assert abs(mmd(x, y)) < 2e-3
    assert mmd(x + 0.5, y) > 10 * abs(mmd(x, y))
    assert mmd(2 * x, y) > 10 * abs(mmd(x, y))


def test_it_is_the_sum_over_pairs() -> None:
    x, y = normal(5, 3, 0).double(), normal(4, 3, 1).double()

    def k(a: torch.Tensor, b: torch.Tensor) -> float:
        return sum(float(torch.exp(-(a - b).square().sum() / (2 * s * 3))) for s in SCALES) / len(SCALES)

    xx = sum(k(a, b) for i, a in enumerate(x) for j, b in enumerate(x) if i != j) / 20
    yy = sum(k(a, b) for i, a in enumerate(y) for j, b in enumerate(y) if i != j) / 12
    xy = sum(k(a, b) for a in x for b in y) / 20
    assert mmd(x, y) == pytest.approx(xx + yy - 2 * xy, abs=1e-12)


def test_one_vector_is_too_few() -> None:
    with pytest.raises(TooFewImages):
        mmd(normal(1, 2, 0), normal(5, 2, 1))

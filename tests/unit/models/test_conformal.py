"""p-values of held-out normals: by hand, and what they promise."""

import math

import pytest
import torch

from models.conformal import needed, p_value, require, threshold
from models.errors import CalibrationTooSmall

HELD = (1.0, 2.0, 2.0, 3.0)


@pytest.mark.parametrize(("score", "k"), [(0.5, 4), (1.0, 4), (1.5, 3), (2.0, 3), (2.5, 1), (3.0, 1), (9.0, 0)])
def test_p_is_k_plus_one_over_n_plus_one(score: float, k: int) -> None:
    assert p_value(score, HELD) == pytest.approx((k + 1) / 5)


def test_many_looks_make_p_larger_and_never_more_than_one() -> None:
    assert p_value(9.0, HELD, looks=2) == pytest.approx(2 / 5)
    assert p_value(9.0, HELD, looks=9) == 1.0


@pytest.mark.parametrize(
    ("rate", "looks", "n"), [(0.01, 1, 99), (0.05, 1, 19), (0.5, 1, 1), (0.01, 10, 999), (0.3, 1, 3)]
)
def test_how_many_normals_a_rate_needs(rate: float, looks: int, n: int) -> None:
    assert needed(rate, looks=looks) == n
    held = [float(i) for i in range(n)]
    assert p_value(math.inf, held, looks=looks) <= rate + 1e-12
    require(n, rate, looks=looks, what="m")
    if n > 1:
        assert p_value(math.inf, held[1:], looks=looks) > rate
        with pytest.raises(CalibrationTooSmall, match=f"m: .* needs {n} held-out normals, there are {n - 1}"):
            require(n - 1, rate, looks=looks, what="m")


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.2, 0.4, 0.6])
@pytest.mark.parametrize("looks", [1, 3])
def test_above_the_threshold_is_where_p_is_at_most_the_rate(rate: float, looks: int) -> None:
    held = sorted(torch.randn(50, generator=torch.Generator().manual_seed(0)).tolist())
    limit = threshold(held, rate, looks=looks)
    for score in [*held, -9.0, 9.0, *(each + 1e-6 for each in held)]:
        assert (score > limit) == (p_value(score, held, looks=looks) <= rate + 1e-12)


def test_normals_are_called_anomalous_as_often_as_was_said() -> None:
    """Over draws of held-out normals and a new one, P(p <= rate) = floor(rate (n + 1)) / (n + 1)."""
    draw, n, rate, trials = torch.Generator().manual_seed(0), 39, 0.1, 4000
    scores = torch.rand(trials, n + 1, generator=draw).double()
    found = sum(p_value(float(row[0]), sorted(row[1:].tolist())) <= rate for row in scores)
    expected = 4 / 40
    assert found / trials == pytest.approx(expected, abs=3 * math.sqrt(expected * (1 - expected) / trials))

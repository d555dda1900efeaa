"""The kernel distance: unbiased, honest about its error, not ruled by the loudest feature."""

import statistics

import pytest
import torch
from torch import Tensor

from training.metrics import kernel
from training.metrics.kernel import kernel_distance, mmd2, standardise


def normal(n: int, d: int, *, seed: int) -> Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def repeats(shift: float) -> tuple[list[float], list[float]]:
    """Values and errors of 40 independent pairs of sets."""
    found = [kernel_distance(normal(200, 8, seed=i) + shift, normal(200, 8, seed=1000 + i)) for i in range(40)]
    return [one.value for one in found], [one.error or 0.0 for one in found]


def test_the_arithmetic_is_that_of_the_definition() -> None:
    x, y = normal(6, 3, seed=0), normal(5, 3, seed=1)
    u, v = standardise(x, y).tolist(), standardise(y, y).tolist()

    def k(a: list[float], b: list[float]) -> float:
        return float((sum(p * q for p, q in zip(a, b, strict=True)) / 3 + 1) ** 3)

    within_x = sum(k(a, b) for i, a in enumerate(u) for j, b in enumerate(u) if i != j) / (6 * 5)
    within_y = sum(k(a, b) for i, a in enumerate(v) for j, b in enumerate(v) if i != j) / (5 * 4)
    across = sum(k(a, b) for a in u for b in v) / (6 * 5)
    assert kernel_distance(x, y).value == pytest.approx(within_x + within_y - 2 * across, rel=1e-12)


def test_it_is_unbiased_between_two_draws_of_one_distribution() -> None:
    values, errors = repeats(0.0)
    spread = statistics.stdev(values)
    assert abs(statistics.fmean(values)) < 3 * spread / 40**0.5
    assert 1.0 < statistics.fmean(errors) / spread < 2.2  # the bound of the docstring is sqrt(3) = 1.73


def test_its_error_is_the_spread_over_fresh_data_where_the_sets_differ() -> None:
    values, errors = repeats(0.7)
    assert min(values) > 0
    assert 0.7 < statistics.fmean(errors) / statistics.stdev(values) < 1.4


def test_the_seed_moves_the_error_alone() -> None:
    x, y = normal(60, 4, seed=2), normal(50, 4, seed=3)
    assert kernel_distance(x, y) == kernel_distance(x, y)
    assert kernel_distance(x, y, seed=1).value == kernel_distance(x, y).value
    assert kernel_distance(x, y, seed=1).error != kernel_distance(x, y).error


def test_no_feature_is_louder_than_another() -> None:
    x, y = normal(80, 4, seed=4), normal(80, 4, seed=5)
    loud = torch.tensor([1000.0, 1, 1, 1], dtype=torch.float64)
    assert kernel_distance(x * loud + 7, y * loud + 7).value == pytest.approx(kernel_distance(x, y).value, rel=1e-9)


def test_a_feature_that_is_dead_in_the_reference_stays_finite_and_seen() -> None:
    x, y = normal(80, 4, seed=6), normal(80, 4, seed=7)
    y[:, 0] = 2.0
    alive = kernel_distance(x, y).value
    x[:, 0] = 2.0
    assert kernel_distance(x, y).value < 0.1 < alive < 100


def test_blocks_of_rows_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = normal(70, 4, seed=8), normal(50, 4, seed=9)
    whole = kernel_distance(x, y)
    monkeypatch.setattr(kernel, "ROWS", 7)
    assert kernel_distance(x, y).value == pytest.approx(whole.value, rel=1e-10)
    assert kernel_distance(x, y).error == pytest.approx(whole.error, rel=1e-10)


def test_a_subset_is_the_same_as_its_images_alone() -> None:
    x, y = normal(40, 4, seed=10), normal(30, 4, seed=11)
    some = torch.zeros(2, 40, dtype=torch.float64), torch.zeros(2, 30, dtype=torch.float64)
    some[0][:, :20], some[1][:, :10] = 1, 1
    alone = mmd2(x[:20], y[:10], torch.ones(1, 20, dtype=torch.float64), torch.ones(1, 10, dtype=torch.float64))
    assert mmd2(x, y, *some).tolist() == pytest.approx(2 * alone.tolist(), rel=1e-10)

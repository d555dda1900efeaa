"""Copies are found, and new draws of the same distribution are not accused."""

import statistics

import pytest
import torch
from torch import Tensor

from training.metrics.memorisation import nearness


def normal(n: int, *, seed: int) -> Tensor:
    return torch.randn(n, 5, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


TRAIN, HELD_OUT = normal(2000, seed=0), normal(1000, seed=1)


def test_new_draws_are_innocent() -> None:
    """One share of 1,000 deviates by .0045: the threshold is itself the tenth of 1,000 distances."""
    found = [nearness(normal(1000, seed=10 + i), normal(1000, seed=30 + i), normal(500, seed=50 + i)) for i in range(9)]
    assert statistics.fmean(one.closer for one in found) == pytest.approx(0.01, abs=3 * 0.0045 / 9**0.5)
    assert statistics.fmean(one.ratio for one in found) == pytest.approx(1.0, abs=0.02)
    assert {one.copies for one in found} == {0.0}


def test_copies_are_counted_exactly() -> None:
    found = nearness(torch.cat([TRAIN[:300], normal(700, seed=3)]), HELD_OUT, TRAIN)
    assert found.copies == 0.3
    assert 0.3 <= found.closer < 0.33


def test_a_little_noise_hides_the_copy_but_not_the_nearness() -> None:
    found = nearness(TRAIN[:500] + 1e-3 * normal(500, seed=4), HELD_OUT, TRAIN)
    assert found.copies == 0
    assert found.closer == 1.0
    assert found.ratio < 0.01


def test_samples_far_from_any_data_have_a_ratio_above_one() -> None:
    assert nearness(normal(500, seed=5) + 5, HELD_OUT, TRAIN).ratio > 2

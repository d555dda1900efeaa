"""Perceptual path length against its definition."""

import pytest
import torch

from training.metrics.errors import NotFinite
from training.metrics.smoothness import path_lengths

REFERENCE = torch.tensor([[0.0, 0.0], [2.0, 20.0]])  # deviations 1 and 10


def test_a_length_is_the_mean_squared_change_in_deviations_over_the_squared_step() -> None:
    here, there = torch.tensor([[5.0, 5.0], [0.0, 0.0]]), torch.tensor([[5.3, 9.0], [0.0, 0.0]])
    lengths = path_lengths(here, there, REFERENCE, eps=0.1)
    assert lengths.tolist() == pytest.approx([(0.3**2 + 0.4**2) / 2 / 0.1**2, 0.0], rel=1e-5)


def test_on_a_straight_way_it_does_not_depend_on_the_step() -> None:
    start, way = torch.randn(50, 2, dtype=torch.float64), torch.randn(50, 2, dtype=torch.float64)
    short, long = (path_lengths(start, start + eps * way, REFERENCE, eps=eps) for eps in (1e-4, 0.5))
    torch.testing.assert_close(short, long, rtol=1e-6, atol=0)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(NotFinite):
        path_lengths(torch.full((2, 2), torch.nan), torch.zeros(2, 2), REFERENCE, eps=0.1)

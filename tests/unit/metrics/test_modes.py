import math

import pytest
import torch

from training.metrics.errors import TooFewImages
from training.metrics.modes import divergence, reached, shares


def test_modes_are_counted_once_however_often_they_come() -> None:
    modes = torch.tensor([3, 3, 3, 7])
    assert reached(modes, k=10) == 2
    assert shares(modes, k=10)[3] == 0.75


def test_the_divergence_of_one_mode_of_k_is_log_k_and_of_even_ones_zero() -> None:
    even = torch.full((1000,), 1e-3, dtype=torch.float64)
    assert divergence(torch.zeros(50, dtype=torch.int64), even) == pytest.approx(math.log(1000))
    assert divergence(torch.arange(1000), even) == pytest.approx(0, abs=1e-12)


def test_real_data_stand_at_k_minus_1_over_2n() -> None:
    generator = torch.Generator().manual_seed(0)
    modes = torch.randint(1000, (26_000,), generator=generator)
    even = torch.full((1000,), 1e-3, dtype=torch.float64)
    assert divergence(modes, even) == pytest.approx(999 / 52_000, rel=0.1)


def test_a_mode_that_the_data_has_not_is_infinitely_far() -> None:
    assert divergence(torch.tensor([1]), torch.tensor([1.0, 0.0]).double()) == math.inf
    with pytest.raises(TooFewImages):
        reached(torch.zeros(0, dtype=torch.int64), k=3)

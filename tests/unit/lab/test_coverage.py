import math

import pytest
import torch

from models.lab.coverage import cover
from models.lab.mixtures import MIXTURES, Mixture

RING, GRID = MIXTURES


def test_a_sample_at_one_mode_covers_one_with_the_worst_divergence() -> None:
    found = cover(RING.centres[3].expand(100, 2), RING)
    assert (found.covered, found.modes, found.high_quality) == ((3,), 1, 1.0)
    assert found.reverse_kl == pytest.approx(math.log(8))


def test_a_point_at_each_mode_covers_all_evenly() -> None:
    found = cover(GRID.centres, GRID)
    assert (found.modes, found.high_quality, found.reverse_kl) == (25, 1.0, 0.0)


@pytest.mark.parametrize(("sigmas", "high_quality"), [(2.99, 1.0), (3.01, 0.0)])
def test_high_quality_ends_at_three_sigma(sigmas: float, high_quality: float) -> None:
    found = cover(RING.centres + torch.tensor([sigmas * RING.sigma, 0.0]), RING)
    assert found.high_quality == high_quality
    assert found.modes == 8 * high_quality
    assert found.reverse_kl == 0.0, "every point counts at its nearest mode"


def test_divergence_is_that_of_the_shares() -> None:
    points = torch.cat([RING.centres[:1].expand(30, 2), RING.centres[1:2].expand(10, 2)])
    entropy = -0.75 * math.log(0.75) - 0.25 * math.log(0.25)
    assert cover(points, RING).reverse_kl == pytest.approx(math.log(8) - entropy)


def test_one_point_of_many_is_enough_to_cover_a_mode() -> None:
    found = cover(torch.cat([torch.zeros(2499, 2), RING.centres[:1]]), RING)
    assert found.covered == (0,)
    assert found.high_quality == 1 / 2500


@pytest.mark.parametrize("mixture", MIXTURES, ids=lambda mixture: mixture.id)
def test_data_itself_covers_everything(mixture: Mixture) -> None:
    found = cover(mixture.sample(2500, torch.Generator().manual_seed(0)), mixture)
    assert found.modes == len(mixture.modes)
    assert found.high_quality == pytest.approx(1 - math.exp(-4.5), abs=0.006)  # of a Gaussian in the plane
    assert found.reverse_kl < 0.02

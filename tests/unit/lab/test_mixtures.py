import math

import pytest
import torch

from models.lab.mixtures import MIXTURES, Mixture

RING, GRID = MIXTURES


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_ring_has_eight_distinct_modes_a_step_apart() -> None:
    apart = torch.pdist(RING.centres)
    assert len(RING.modes) == 8
    assert apart.min().item() == pytest.approx(2 * 2 * math.sin(math.pi / 8))
    assert torch.allclose(RING.centres.norm(dim=1), torch.tensor(2.0))


def test_the_grid_has_25_modes_two_apart_around_the_origin() -> None:
    assert len(GRID.modes) == 25
    assert torch.pdist(GRID.centres).min() == 2
    assert torch.equal(GRID.centres.mean(dim=0), torch.zeros(2))
    assert GRID.centres.abs().max() == 4


@pytest.mark.parametrize("mixture", MIXTURES, ids=lambda mixture: mixture.id)
def test_samples_lie_around_every_mode_as_wide_as_they_say(mixture: Mixture) -> None:
    x = mixture.sample(20_000, seeded())
    distance, nearest = torch.cdist(x, mixture.centres).min(dim=1)
    shares = torch.bincount(nearest, minlength=len(mixture.modes)) / len(x)
    assert torch.allclose(shares, torch.tensor(1 / len(mixture.modes)), atol=0.01)
    assert distance.square().mean().div(2).sqrt().item() == pytest.approx(mixture.sigma, rel=0.02)
    assert x.abs().max() < mixture.extent


@pytest.mark.parametrize("mixture", MIXTURES, ids=lambda mixture: mixture.id)
def test_a_sample_is_its_generators(mixture: Mixture) -> None:
    assert torch.equal(mixture.sample(8, seeded(1)), mixture.sample(8, seeded(1)))
    assert not torch.equal(mixture.sample(8, seeded(1)), mixture.sample(8, seeded(2)))

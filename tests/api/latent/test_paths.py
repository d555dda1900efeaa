from math import pi, sin

import pytest
import torch

from app.latent.paths import Path, slerp

X, Y = torch.tensor([1.0, 0.0]).double(), torch.tensor([0.0, 1.0]).double()


def test_the_way_between_perpendicular_vectors_is_a_quarter_of_a_circle() -> None:
    for t in (0.0, 0.25, 0.5, 1.0):
        expected = [sin((1 - t) * pi / 2), sin(t * pi / 2)]  # Shoemake 1985
        assert slerp(X, Y, t).tolist() == pytest.approx(expected, abs=1e-12)


def test_a_latent_of_a_normal_prior_keeps_its_length() -> None:
    a, b = torch.randn(2, 500, generator=torch.Generator().manual_seed(0)).double()
    half = slerp(a, b, 0.5)
    assert half.norm().item() == pytest.approx(500**0.5, rel=0.05)
    assert ((a + b) / 2).norm().item() == pytest.approx(250**0.5, rel=0.1), "a straight line does not"


@pytest.mark.parametrize("b", [X, 3 * X, -X, 0 * X], ids=["equal", "longer", "opposite", "none"])
def test_where_there_is_no_circle_the_way_is_straight(b: torch.Tensor) -> None:
    assert torch.equal(slerp(X, b, 0.25), 0.75 * X + 0.25 * b)


def test_a_path_meets_its_endpoints_to_the_bit_and_codes_go_straight() -> None:
    endpoints = torch.randn(4, 7, generator=torch.Generator().manual_seed(0))
    path = Path(endpoints, frames=11, dim=5)
    latents = path.latents(range(11))
    assert path.stops == [0, 3, 7, 10]
    assert torch.equal(latents[path.stops], endpoints)
    assert latents[5, 5:].tolist() == pytest.approx(((endpoints[1] + endpoints[2]) / 2)[5:].tolist())
    assert torch.equal(path.latents(range(4, 6)), latents[4:6])


@pytest.mark.parametrize("frames", range(3, 40))
def test_stops_rise_from_first_to_last(frames: int) -> None:
    stops = Path(torch.zeros(3, 1), frames, 1).stops
    assert stops == sorted(set(stops))
    assert (stops[0], stops[-1]) == (0, frames - 1)

"""Balls: nothing leaves them, not even by rounding."""

import pytest
import torch

from models.attacks.norms import L2_NORM, LINF, NORMS, Norm
from models.lattice import quantised, steps_between
from models.streams import keys
from tests.unit.models.attacks.world import rows

SHAPE = (9, 1, 6, 6)
BALLS = [(norm, eps) for norm in NORMS for eps in (1, 7, 100)]


@pytest.mark.parametrize(("norm", "eps"), BALLS)
def test_the_8_bit_image_lies_in_the_ball_to_the_last_step(norm: Norm, eps: int) -> None:
    some = rows(9, eps=eps)
    for scale in (0.1, 1.0, 30.0):
        delta = scale * torch.randn(SHAPE, generator=torch.Generator().manual_seed(eps))
        image = norm.round(delta, some)
        steps = steps_between(some.x, image).double()
        assert torch.equal(image, quantised(image))
        assert image.min() >= 0
        assert image.max() <= 1
        assert (norm.length(steps) <= eps).all(), "whole numbers of 1/255"


def test_rounding_wastes_little_of_an_l2_ball() -> None:
    some = rows(9, eps=30)
    steps = steps_between(some.x, L2_NORM.round(torch.full(SHAPE, 0.5) - some.x, some)).double()
    assert L2_NORM.length(steps).min() > 0.93 * 30


@pytest.mark.parametrize(("norm", "eps"), BALLS)
def test_a_projection_is_in_the_ball_in_the_box_and_off_the_mask(norm: Norm, eps: int) -> None:
    some = rows(9, eps=eps)
    some.mask[:, :, :3] = False
    delta = norm.project(torch.randn(SHAPE, generator=torch.Generator().manual_seed(0)), some)
    assert (norm.length(delta) * 255 <= eps * (1 + 1e-5)).all()
    assert (some.x + delta).min() >= 0
    assert (some.x + delta).max() <= 1
    assert not delta[:, :, :3].any()
    assert torch.allclose(norm.project(delta, some), delta, atol=1e-7), "what is inside stays"


def test_the_steepest_step_has_norm_one_however_small_the_gradient() -> None:
    gradient = torch.randn(SHAPE, generator=torch.Generator().manual_seed(0))
    for scale in (1e-30, 1.0, 1e20):
        assert torch.allclose(L2_NORM.length(L2_NORM.steepest(scale * gradient)), torch.ones(9))
        assert torch.equal(LINF.steepest(scale * gradient), gradient.sign())
    for norm in NORMS:
        assert not norm.steepest(gradient * 0).any()


def test_random_starts_fill_the_ball() -> None:
    some = rows(9, eps=20)
    some.x[:] = 0.5
    cube, ball = (torch.cat([norm.start(some, keys(seed, range(9))) for seed in range(40)]) for norm in NORMS)
    assert cube.abs().max() * 255 == pytest.approx(20, rel=0.01)
    assert cube.abs().mean() * 255 == pytest.approx(10, rel=0.03)
    share = (L2_NORM.length(ball) * 255 / 20) ** 36
    assert share.mean() == pytest.approx(0.5, abs=0.05), "as often in the outer half of the volume as in the inner"

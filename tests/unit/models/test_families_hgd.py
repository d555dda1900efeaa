"""HGD's U-Net: what it takes off, and that a gradient comes through it."""

import pytest
import torch

from models.capabilities import capabilities_of
from models.families.hgd import HGD, HGDConfig


def trained() -> HGD:
    """A network whose last layer is not zero any more."""
    torch.manual_seed(0)
    D = HGD(HGDConfig(widths=(4, 8, 8))).eval().requires_grad_(False)
    torch.nn.init.normal_(D.to_residual.weight)
    return D


def test_a_fresh_denoiser_takes_nothing_off() -> None:
    x = torch.rand(3, 1, 28, 28)
    assert torch.equal(HGD(HGDConfig()).eval().denoise(x), x)


@pytest.mark.parametrize("size", [(28, 28), (13, 30), (3, 1)])
def test_images_of_any_size_keep_it(size: tuple[int, int]) -> None:
    x = torch.rand(2, 1, *size)
    dx = trained()(x)
    assert dx.shape == x.shape
    assert torch.equal(trained().denoise(x), x - dx)


def test_the_residual_of_a_pixel_depends_on_pixels_far_away() -> None:
    D, x = trained(), torch.rand(1, 1, 28, 28).requires_grad_()
    (gradient,) = torch.autograd.grad(D(x)[0, 0, 14, 14], x)
    rows = gradient[0, 0].abs().sum(dim=1).nonzero().flatten()
    assert int(rows.max() - rows.min()) >= 20


def test_it_can_clean_and_nothing_else() -> None:
    assert capabilities_of(trained()) == ("denoiser",)

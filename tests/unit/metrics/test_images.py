"""Distances of images: closed forms, and SSIM against scikit-image."""

import pytest
import torch

from training.metrics.images import l1, psnr, ssim


def test_l1_and_psnr_of_a_constant_difference() -> None:
    x, y = torch.full((2, 3, 16, 16), 0.5), torch.full((2, 3, 16, 16), 0.4)
    assert l1(x, y).tolist() == pytest.approx([0.1, 0.1])
    assert psnr(x, y).tolist() == pytest.approx([20.0, 20.0], abs=1e-4)
    assert psnr(x, x).tolist() == [100.0, 100.0]


def test_each_image_has_a_figure_of_its_own() -> None:
    x = torch.zeros(2, 1, 16, 16)
    y = torch.stack([torch.zeros(1, 16, 16), torch.ones(1, 16, 16)])
    assert l1(x, y).tolist() == [0.0, 1.0]
    assert psnr(x, y).tolist() == [100.0, 0.0]
    assert ssim(x, y)[0] == 1


def test_ssim_of_two_constants_is_the_luminance_term() -> None:
    a, b, c1 = 0.3, 0.6, 0.01**2
    x, y = torch.full((1, 1, 12, 12), a), torch.full((1, 1, 12, 12), b)
    assert float(ssim(x, y)) == pytest.approx((2 * a * b + c1) / (a * a + b * b + c1), abs=1e-5)


def test_ssim_is_scikit_images() -> None:
    metrics = pytest.importorskip("skimage.metrics")
    torch.manual_seed(0)
    x = torch.rand(3, 24, 20)
    y = (x + 0.2 * torch.randn_like(x)).clamp(0, 1)
    theirs = metrics.structural_similarity(
        x.double().numpy(), y.double().numpy(), channel_axis=0, data_range=1.0, gaussian_weights=True, sigma=1.5,
        use_sample_covariance=False,
    )  # fmt: skip
    assert float(ssim(x[None], y[None])) == pytest.approx(theirs, abs=1e-5)


def test_an_image_smaller_than_the_window_is_refused() -> None:
    with pytest.raises(ValueError, match="SSIM needs 11 px a side; the images have 10 x 20"):
        ssim(torch.zeros(1, 1, 10, 20), torch.zeros(1, 1, 10, 20))

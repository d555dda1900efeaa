"""How far an image is from the true one, pixel by pixel: L1, PSNR, SSIM. Images are b c h w in [0, 1]."""

import torch
import torch.nn.functional as functional
from torch import Tensor

from models.tensors import Images, Scores

SIGMA, RADIUS = 1.5, 5  # of SSIM's window: 11 x 11
C1, C2 = 0.01**2, 0.03**2
LEAST = 1e-10  # mean squared error of equal images, so that their PSNR is 100 dB instead of infinite


def l1(x: Images, y: Images) -> Scores:
    """Mean of |x - y|, an image."""
    return (x - y).abs().flatten(1).mean(dim=1)


def psnr(x: Images, y: Images) -> Scores:
    """10 log10(1 / mean squared error) in dB, an image; 100 where both are equal."""
    return -10 * (x - y).square().flatten(1).mean(dim=1).clamp_min(LEAST).log10()


def ssim(x: Images, y: Images) -> Scores:
    """Structural similarity (Wang et al. 2004, doi:10.1109/TIP.2003.819861), a Gaussian window of 1.5 px, no border.

    Channels are taken as images of their own and averaged. Raises ValueError below 11 px a side.
    """
    if min(x.shape[2:]) < 2 * RADIUS + 1:
        raise ValueError(f"SSIM needs {2 * RADIUS + 1} px a side; the images have {x.shape[2]} x {x.shape[3]}")
    x, y = x.double(), y.double()
    mu_x, mu_y = smooth(x), smooth(y)
    var_x, var_y = smooth(x * x) - mu_x**2, smooth(y * y) - mu_y**2
    cov = smooth(x * y) - mu_x * mu_y
    similarity = (2 * mu_x * mu_y + C1) * (2 * cov + C2) / ((mu_x**2 + mu_y**2 + C1) * (var_x + var_y + C2))
    return similarity.flatten(1).mean(dim=1).float()


def smooth(x: Tensor) -> Tensor:
    """b c h w -> b c h-10 w-10: the mean under the window."""
    offsets = torch.arange(-RADIUS, RADIUS + 1, dtype=x.dtype, device=x.device)
    window = (-(offsets**2) / (2 * SIGMA**2)).exp()
    window = window / window.sum()
    planes = x.flatten(0, 1).unsqueeze(1)
    for line in (window.view(1, 1, -1, 1), window.view(1, 1, 1, -1)):
        planes = functional.conv2d(planes, line)
    return planes.reshape(*x.shape[:2], *planes.shape[2:])

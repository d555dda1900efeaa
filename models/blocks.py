"""Layers that several families share.

PatchGAN: Isola et al. 2017, arXiv:1611.07004, section 3.2.2: a discriminator that judges patches, each for itself.

Spectral normalisation: Miyato et al. 2018, arXiv:1802.05957, algorithm 1. Their letters: W reshaped to
out x (in h w), u and v its leading singular vectors, sigma its spectral norm.
"""

import math
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

Vectors = tuple[Tensor, Tensor]


def power_iteration(W: Tensor, u: Tensor, *, rounds: int) -> Vectors:
    """`rounds` of power iteration from u: the leading left and right singular vectors of W (out x rest)."""
    v = functional.normalize(W.mT @ u, dim=0)
    for _ in range(rounds):
        v = functional.normalize(W.mT @ u, dim=0)
        u = functional.normalize(W @ v, dim=0)
    return u, v


class SpectralNormConv2d(nn.Conv2d):
    """A convolution whose weight is W / sigma(W), so that the reshaped matrix has spectral norm one.

    u is a buffer: it moves by one round of power iteration at every forward in training, and is saved with the
    weights, so that a resumed run continues from the very same estimate. The convolution as an operator on images is
    at most sqrt(kh kw) times as steep as its matrix, which is what `lipschitz_bound` states.
    """

    u: Tensor

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, **options: Any) -> None:
        super().__init__(in_channels, out_channels, kernel_size, **options)
        start = torch.randn(out_channels)
        with torch.no_grad():  # fifteen rounds once, so that sigma is near its value at the first step already
            u, _ = power_iteration(self.weight.flatten(1), functional.normalize(start, dim=0), rounds=15)
        self.register_buffer("u", u)

    def sigma(self) -> Tensor:
        """u' W v, differentiable in W; u and v are constants of the step."""
        W = self.weight.flatten(1).float()
        with torch.no_grad():
            u, v = power_iteration(W, self.u, rounds=1)
            if self.training:
                self.u.copy_(u)
        return torch.dot(u, W @ v)

    def normalised_weight(self) -> Tensor:
        """W / sigma(W), the weight that the forward pass uses."""
        with torch.autocast(self.weight.device.type, enabled=False):  # sigma in half precision would drift
            return self.weight / self.sigma()

    def lipschitz_bound(self) -> float:
        """An upper bound of the operator norm over images in L2: sqrt(kh kw) sigma(W / sigma) = sqrt(kh kw)."""
        return math.sqrt(self.kernel_size[0] * self.kernel_size[1])

    def forward(self, x: Tensor) -> Tensor:
        """b in h w -> b out h' w'."""
        y: Tensor = self._conv_forward(x, self.normalised_weight(), self.bias)
        return y


def up(c_in: int, c_out: int) -> nn.Sequential:
    """Doubles the resolution; nearest neighbour before the convolution leaves no checkerboard."""
    return nn.Sequential(
        nn.Upsample(scale_factor=2),
        nn.Conv2d(c_in, c_out, 3, padding=1, bias=False),
        nn.BatchNorm2d(c_out),
        nn.ReLU(inplace=True),
    )


def extended(x: Tensor, multiple: int, *, least: int = 1) -> Tensor:
    """b c h w, continued right and below until both sides are multiples and at least `least`.

    Mirrored; repeated where an image is too small for that.
    """
    h, w = x.shape[2:]
    below, right = (-(-max(side, least) // multiple) * multiple - side for side in (h, w))
    mode = "reflect" if below < h and right < w else "replicate"
    return functional.pad(x, (0, right, 0, below), mode=mode) if below or right else x


def recoloured(x: Tensor, channels: int) -> Tensor:
    """b c h w with `channels` instead of c: grey repeated as RGB, RGB averaged to grey."""
    return x if x.shape[1] == channels else x.mean(dim=1, keepdim=True).expand(-1, channels, -1, -1)


class PatchDiscriminator(nn.Module):
    """D: image in [0, 1] -> a map of scores, one a patch; with `layers` 3 a patch has 70 px, with 2 it has 34.

    Strided 4x4 convolutions, LeakyReLU(0.2), instance normalisation but in the first and the last.
    """

    def __init__(self, *, channels: int, width: int, layers: int) -> None:
        super().__init__()
        body: list[nn.Module] = [nn.Conv2d(channels, width, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        c = width
        for layer in range(layers):
            stride = 2 if layer < layers - 1 else 1
            body += [nn.Conv2d(c, min(2 * c, 8 * width), 4, stride=stride, padding=1)]
            c = min(2 * c, 8 * width)
            body += [nn.InstanceNorm2d(c), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*body, nn.Conv2d(c, 1, 4, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        """b c h w -> b 1 h' w'."""
        scores: Tensor = self.layers(2 * x - 1)
        return scores.float()

    def patches(self, x: Tensor) -> Tensor:
        """The scores of all patches of all images in one row: what the objectives take."""
        return self.forward(x).flatten()

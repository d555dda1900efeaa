"""Layers that several families share.

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

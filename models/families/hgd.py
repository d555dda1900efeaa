"""HGD: a denoiser in front of a classifier, taught by what the classifier sees (Liao et al. 2018, arXiv:1712.02976).

DUNET (section 3.2): a U-Net that predicts not the image but what is wrong with it, x_hat = x - dx. Groups of 3x3
convolutions with batch normalisation and ReLU; the first of a group halves the map, bilinear interpolation doubles it
again, and what the way down had at this size is put beside it. Theirs halves 299 px four times, this one 28 px twice.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.blocks import extended
from models.family import Family
from models.tensors import Images


@dataclass(frozen=True)
class HGDConfig:
    """What fixes the state dict: widths from the full map to the smallest, each half the size of the one before."""

    channels: int = 1
    widths: tuple[int, ...] = (16, 32, 32)


def group(c_in: int, c: int, *, layers: int, stride: int = 1) -> nn.Sequential:
    """C2 or C3 of the paper: so many convolutions, the first with the stride."""
    parts: list[nn.Module] = []
    for layer in range(layers):
        step = 1 if layer else stride
        parts += [nn.Conv2d(c if layer else c_in, c, 3, stride=step, padding=1, bias=False), nn.BatchNorm2d(c)]
        parts.append(nn.ReLU(inplace=True))
    return nn.Sequential(*parts)


class HGD(nn.Module):
    """DUNET: image -> what to take off it."""

    def __init__(self, config: HGDConfig) -> None:
        super().__init__()
        first, *rest = widths = config.widths
        self.multiple = 2 ** len(rest)
        self.down = nn.ModuleList([group(config.channels, first, layers=2)])
        self.down.extend(group(a, b, layers=3, stride=2) for a, b in zip(widths, rest, strict=False))
        narrower = list(reversed(widths[:-1]))
        self.up = nn.ModuleList(
            group(below + beside, beside, layers=2 if beside == first else 3)
            for below, beside in zip(reversed(widths), narrower, strict=False)
        )
        self.to_residual = nn.Conv2d(first, config.channels, 1)
        nn.init.zeros_(self.to_residual.weight)  # at first nothing is taken off
        assert self.to_residual.bias is not None  # noqa: S101 - the constructor's default
        nn.init.zeros_(self.to_residual.bias)

    def forward(self, x: Images) -> Images:
        """dx, of the shape of x: any height and width."""
        h, w = x.shape[2:]
        y = extended(x, self.multiple)
        seen: list[Tensor] = []
        for block in self.down:
            y = block(y)
            seen.append(y)
        for block, beside in zip(self.up, reversed(seen[:-1]), strict=True):
            y = functional.interpolate(y, scale_factor=2.0, mode="bilinear", align_corners=False)
            y = block(torch.cat([beside, y], dim=1))
        dx: Images = self.to_residual(y)[..., :h, :w].float()
        return dx

    def denoise(self, x: Images) -> Images:
        """x - dx, not clipped: at a black or white pixel a clipped one would pass no gradient."""
        return x - self.forward(x)


FAMILY = Family("hgd", "High-level guided denoiser", HGDConfig, HGD, "arXiv:1712.02976")

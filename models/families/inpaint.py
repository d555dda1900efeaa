"""Region-based anomaly detection by inpainting (after Nguyen et al. 2020, arXiv:2010.01942): regions are erased in
turn, a network that has learned to fill them in normal images says what should be there, and how sure it is of that.

U, a U-Net, sees an image with squares erased, and which they are; for each pixel it gives a mean mu and a scale sigma
of a normal distribution. Squares of each of `scales` px stand in a grid that leaves three quarters of the image to be
seen; four grids erase every pixel once.

Smooth defects are *easier* to fill in than normal texture, so a large error is not the only sign. Within a window of
the square's size let t = log of the mean of ((x - mu) / sigma)^2. The heat is how many standard deviations t is from
its mean on normals, up or down, as a root mean square over scales; mean and deviation are learned along (`centre`,
`spread`). The score is the mean of the hottest hundredth.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.blocks import extended
from models.capabilities import Inspection
from models.family import Family
from models.tensors import Heat, Images, Scores

HOTTEST = 8.0  # standard deviations
TOP = 0.01
FLOOR = 1e-3  # of the mean of squares, which is 1 where sigma is right
GREY = 0.5  # what erased pixels are filled with
LOG_SIGMA = (-5.5, 0.0)  # one level of 255, the whole range


@dataclass(frozen=True)
class InpaintConfig:
    """What fixes the state dict. `depth` is how often the map is halved; `scales` are the squares, in px."""

    channels: int = 1
    width: int = 16
    depth: int = 3
    scales: tuple[int, ...] = (4, 8, 16)


def double(c_in: int, c_out: int) -> nn.Sequential:
    """Two convolutions, normalised by groups of channels: no image depends on its neighbours."""
    layers: list[nn.Module] = []
    for c in (c_in, c_out):
        layers += [nn.Conv2d(c, c_out, 3, padding=1, bias=False), nn.GroupNorm(4, c_out), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers)


def squares(h: int, w: int, *, side: int, top: int, left: int) -> Tensor:
    """1 1 h w, 1 where a grid of squares with gaps of their own width, moved by (top, left), erases."""
    y, x = (torch.arange(n) for n in (h, w))
    rows, columns = (y + top) // side % 2 == 0, (x + left) // side % 2 == 0
    return (rows[:, None] & columns).float()[None, None]


def energy(error: Images, side: int) -> Heat:
    """The mean of squares over a window of about this side: b c h w -> b h w."""
    k = side | 1
    mean = error.square().mean(dim=1, keepdim=True)
    return functional.avg_pool2d(mean, k, stride=1, padding=k // 2, count_include_pad=False)[:, 0]


class Inpaint(nn.Module):
    """U, and what its errors are on normals."""

    full_scale = HOTTEST
    centre: Tensor
    spread: Tensor

    def __init__(self, config: InpaintConfig) -> None:
        super().__init__()
        self.scales, self.channels, self.multiple = config.scales, config.channels, 2**config.depth
        widths = [config.width * 2**level for level in range(config.depth + 1)]
        self.down = nn.ModuleList(
            double(c_in, c_out) for c_in, c_out in zip([config.channels + 1, *widths], widths, strict=False)
        )
        narrower = list(reversed(widths[:-1]))
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * c, c, 2, stride=2) for c in narrower)
        self.join = nn.ModuleList(double(2 * c, c) for c in narrower)
        self.to_normal = nn.Conv2d(config.width, 2 * config.channels, 1)
        nn.init.zeros_(self.to_normal.weight)
        self.to_normal.bias.data.copy_(torch.tensor([GREY, -1.5]).repeat_interleave(config.channels))  # type: ignore[union-attr]
        self.register_buffer("centre", torch.zeros(len(config.scales)))
        self.register_buffer("spread", torch.ones(len(config.scales)))

    def forward(self, x: Images, erased: Tensor) -> tuple[Images, Images]:
        """mu and log sigma of every pixel, given those that are not erased (b 1 h w, 1 where they are)."""
        h, w = x.shape[2:]
        known = torch.where(erased > 0, GREY, x)
        y = extended(torch.cat([2 * known - 1, erased], dim=1), self.multiple)
        seen: list[Tensor] = []
        for level, block in enumerate(self.down):
            y = block(functional.max_pool2d(y, 2) if level else y)
            seen.append(y)
        for up, join, skip in zip(self.up, self.join, reversed(seen[:-1]), strict=True):
            y = join(torch.cat([skip, up(y)], dim=1))
        mu, log_sigma = self.to_normal(y)[..., :h, :w].float().split(self.channels, dim=1)
        return mu, log_sigma.clamp(*LOG_SIGMA)

    def filled(self, x: Images) -> tuple[Tensor, Tensor]:
        """mu and (x - mu) / sigma of every pixel when its square was erased: b scales c h w each, in one batch."""
        h, w = x.shape[2:]
        grids = [
            squares(h, w, side=side, top=top, left=left)
            for side in self.scales
            for top in (0, side)
            for left in (0, side)
        ]
        erased = torch.cat(grids).to(x.device)  # (scales 4) 1 h w
        n = len(erased)
        mu, log_sigma = self.forward(
            x.repeat_interleave(n, dim=0), erased.repeat(len(x), 1, 1, 1)
        )  # rows: image by image, grid by grid
        error = (x.repeat_interleave(n, dim=0) - mu) * torch.exp(-log_sigma)

        def whole(y: Tensor) -> Tensor:  # (b scales 4) c h w -> b scales c h w, each pixel from where it was erased
            found: Tensor = (y * erased.repeat(len(x), 1, 1, 1)).unflatten(0, (len(x), -1, 4)).sum(dim=2)
            return found

        return whole(mu), whole(error)

    def inspect(self, x: Images) -> Inspection:
        """Heat in standard deviations; the reconstruction is the mean of mu over scales."""
        mu, error = self.filled(x)
        square = torch.zeros_like(x[:, 0])
        for i, side in enumerate(self.scales):
            t = (energy(error[:, i], side) + FLOOR).log()
            square = square + ((t - self.centre[i]) / self.spread[i]).square()
        heat = (square / len(self.scales)).sqrt()
        pixels = heat.flatten(1)
        score: Scores = pixels.topk(max(1, round(TOP * pixels.shape[1])), dim=1).values.mean(dim=1)
        return Inspection(score, heat, mu.mean(dim=1).clamp(0, 1))


FAMILY = Family("inpaint", "Inpainting of erased regions", InpaintConfig, Inpaint, "arXiv:2010.01942")

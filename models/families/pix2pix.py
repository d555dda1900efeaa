"""pix2pix: a U-Net that draws the counterpart of an image (Isola et al. 2017, arXiv:1611.07004, section 6.1).

Strided 4x4 convolutions down to one level above a single pixel, transposed ones back up, a bridge at every level;
LeakyReLU(0.2) going down, rectifiers going up, dropout in the inner levels, instance normalisation (the paper's batch
normalisation at a batch of one). Without `skips` it is the paper's plain encoder-decoder.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.blocks import extended
from models.errors import DirectionUnknown
from models.family import Family
from models.tensors import Images, OtherImages


@dataclass(frozen=True)
class Pix2PixConfig:
    """What fixes the state dict, and what the two domains are called; `depth` is how often the map is halved."""

    domains: tuple[str, str] = ("a", "b")
    channels: tuple[int, int] = (3, 3)
    width: int = 32
    depth: int = 5
    skips: bool = True


class Pix2Pix(nn.Module):
    """G: image in [0, 1] of domain a -> image in [0, 1] of domain b."""

    def __init__(self, config: Pix2PixConfig) -> None:
        super().__init__()
        a, b = config.domains
        self.directions = (f"{a}-to-{b}",)
        self.skips, self.multiple = config.skips, 2**config.depth
        widths = [config.width * min(2**level, 8) for level in range(config.depth)]
        c_in, c_out = config.channels
        self.down = nn.ModuleList(
            nn.Conv2d(c, wider, 4, stride=2, padding=1) for c, wider in zip([c_in, *widths], widths, strict=False)
        )
        narrower = [*reversed(widths[:-1]), c_out]
        wide = [widths[-1], *(2 * c if config.skips else c for c in narrower[:-1])]
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(c, narrow, 4, stride=2, padding=1) for c, narrow in zip(wide, narrower, strict=True)
        )
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
                nn.init.normal_(layer.weight, 0.0, 0.02)

    def forward(self, x: Images) -> OtherImages:
        """b c h w -> b c' h w."""
        h, w = x.shape[2:]
        y = extended(2 * x - 1, self.multiple, least=2 * self.multiple)
        seen: list[Tensor] = []
        for level, down in enumerate(self.down):
            y = down(functional.leaky_relu(y, 0.2) if level else y)
            y = functional.instance_norm(y) if level else y
            seen.append(y)
        for level, up in enumerate(self.up):
            last = level == len(self.up) - 1
            y = up(functional.relu(y))
            if last:
                break
            y = functional.instance_norm(y)
            if level < len(self.up) // 2:
                y = functional.dropout(y, 0.5, self.training)
            y = torch.cat([seen[-2 - level], y], dim=1) if self.skips else y
        return (torch.tanh(y[..., :h, :w].float()) + 1) / 2

    def translate(self, x: Images, direction: str) -> OtherImages:
        """The image in the other domain. Raises DirectionUnknown."""
        if direction not in self.directions:
            raise DirectionUnknown(f"direction is {direction!r}; it must be {self.directions[0]}")
        return self.forward(x)


FAMILY = Family("pix2pix", "pix2pix", Pix2PixConfig, Pix2Pix, "arXiv:1611.07004")

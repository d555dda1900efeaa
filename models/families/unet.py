"""U-Net: an encoder, a decoder, and at every resolution a bridge between them (Ronneberger et al. 2015,
arXiv:1505.04597, section 2).

Two 3x3 convolutions a level; going down the map is halved and the channels double, going up a transposed convolution
doubles the map, and what the encoder had at this size is put beside it. Three things differ from the paper: the
convolutions are padded, so that the mask is as large as the image; they are normalised by batch; and an image whose
sides are no multiple of 2^depth is extended by its mirror image and the answer cut back, instead of being refused.

Without `skips` the bridges are cut and nothing else changes but the width that they took: the ablation.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.blocks import extended
from models.family import Family
from models.tensors import ClassMaps, Images


@dataclass(frozen=True)
class UNetConfig:
    """What fixes the state dict. `depth` is how often the map is halved; the widest level has width 2^depth."""

    classes: int = 2
    channels: int = 3
    width: int = 16
    depth: int = 4
    skips: bool = True


def double(c_in: int, c_out: int) -> nn.Sequential:
    """Two convolutions, each with batch normalisation and a rectifier."""
    layers: list[nn.Module] = []
    for c in (c_in, c_out):
        layers += [nn.Conv2d(c, c_out, 3, padding=1, bias=False), nn.BatchNorm2d(c_out), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


class UNet(nn.Module):
    """U: image in [0, 1] -> a map of scores a class."""

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        widths = [config.width * 2**level for level in range(config.depth + 1)]
        self.skips, self.multiple = config.skips, 2**config.depth
        self.down = nn.ModuleList(
            double(c_in, c_out) for c_in, c_out in zip([config.channels, *widths], widths, strict=False)
        )
        narrower = list(reversed(widths[:-1]))
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * c, c, 2, stride=2) for c in narrower)
        self.join = nn.ModuleList(double(2 * c if config.skips else c, c) for c in narrower)
        self.to_classes = nn.Conv2d(config.width, config.classes, 1)

    def forward(self, x: Images) -> ClassMaps:
        """b c h w -> b k h w."""
        h, w = x.shape[2:]
        y = extended(2 * x - 1, self.multiple)
        seen: list[Tensor] = []
        for level, block in enumerate(self.down):
            y = block(functional.max_pool2d(y, 2) if level else y)
            seen.append(y)
        for up, join, skip in zip(self.up, self.join, reversed(seen[:-1]), strict=True):
            y = up(y)
            y = join(torch.cat([skip, y], dim=1) if self.skips else y)
        scores: ClassMaps = self.to_classes(y)[..., :h, :w].float()
        return scores

    def segment(self, x: Images) -> ClassMaps:
        """The same as `forward`."""
        return self.forward(x)


FAMILY = Family("unet", "U-Net", UNetConfig, UNet, "arXiv:1505.04597")

"""A guess at the latent behind a small image, in one pass: where a search for it may start.

An encoder into a generator's latent space, as pSp's into StyleGAN's (Richardson et al. 2021, arXiv:2008.00951), but of
small images: whatever their size they are first enlarged, smoothly, to that of the generator's. It learns from samples
of the generator alone.
"""

from dataclasses import dataclass

import torch.nn.functional as functional
from torch import Tensor, nn

from models.family import Family
from models.tensors import Guesses, Images


@dataclass(frozen=True)
class LatentFinderConfig:
    """What fixes the state dict: the generator's images, the numbers of its latent, maps that halve."""

    size: int = 28
    channels: int = 1
    columns: int = 64
    widths: tuple[int, ...] = (32, 64, 64)
    hidden: int = 256


class LatentFinder(nn.Module):
    """Small image -> numbers of a latent."""

    def __init__(self, config: LatentFinderConfig) -> None:
        super().__init__()
        self.size, self.columns = config.size, config.columns
        layers: list[nn.Module] = []
        side = config.size
        for c_in, c in zip((config.channels, *config.widths), config.widths, strict=False):
            layers += [nn.Conv2d(c_in, c, 3, stride=2, padding=1), nn.ReLU(inplace=True)]
            side = (side + 1) // 2
        self.body = nn.Sequential(*layers, nn.Flatten())
        self.head = nn.Sequential(
            nn.Linear(config.widths[-1] * side**2, config.hidden),
            nn.ReLU(inplace=True),
            nn.Linear(config.hidden, config.columns),
        )

    def forward(self, x: Images) -> Guesses:
        """b c h w of any size -> b columns."""
        large: Tensor = functional.interpolate(x, size=(self.size, self.size), mode="bicubic", align_corners=False)
        found: Tensor = self.head(self.body(2 * large.clamp(0, 1) - 1))
        return found.float()

    def find(self, x: Images) -> Guesses:
        """The same."""
        found: Guesses = self.forward(x)
        return found


FAMILY = Family("latent-finder", "Latent finder", LatentFinderConfig, LatentFinder, "arXiv:2008.00951")

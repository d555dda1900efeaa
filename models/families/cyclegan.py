"""CycleGAN: two generators, each the other's way back (Zhu et al. 2017, arXiv:1703.10593, section 4).

The generator of Johnson et al. 2016 in the paper's words: c7s1-k, d2k, d4k, then blocks of R4k, u2k, uk, c7s1; mirrored
borders, instance normalisation, tanh. Six blocks at 128 px and below. An image whose sides are no multiples of four is
extended by its mirror image and the answer cut back.

With `residual` the layers make what is added to the image instead of the image (Shen and Liu 2017, arXiv:1612.05363,
section 3.1): where nothing is to change there is nothing to learn, and before training an answer is the image.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.blocks import extended, recoloured
from models.errors import DirectionUnknown
from models.family import Family
from models.tensors import Images, OtherImages

LEAST = 8  # px a side that mirrored borders need


@dataclass(frozen=True)
class CycleGANConfig:
    """What fixes the state dict, and what the two domains are called. `width` is the paper's k of c7s1-k."""

    domains: tuple[str, str] = ("a", "b")
    channels: tuple[int, int] = (3, 3)
    width: int = 32
    blocks: int = 6
    residual: bool = False


def convolution(c_in: int, c_out: int, kernel: int, *, stride: int = 1) -> list[nn.Module]:
    """Mirrored border, convolution, instance normalisation."""
    pad = nn.ReflectionPad2d((kernel - 1) // 2)
    return [pad, nn.Conv2d(c_in, c_out, kernel, stride=stride), nn.InstanceNorm2d(c_out)]


class Residual(nn.Module):
    """R: x + two 3x3 convolutions of it."""

    def __init__(self, c: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(*convolution(c, c, 3), nn.ReLU(inplace=True), *convolution(c, c, 3))

    def forward(self, x: Tensor) -> Tensor:
        """b c h w -> b c h w."""
        y: Tensor = x + self.layers(x)
        return y


class Generator(nn.Module):
    """Image in [0, 1] of one domain -> image in [0, 1] of the other."""

    def __init__(self, *, c_in: int, c_out: int, width: int, blocks: int, residual: bool = False) -> None:
        super().__init__()
        self.residual, k = residual, width
        layers: list[nn.Module] = [*convolution(c_in, k, 7), nn.ReLU(inplace=True)]
        for c in (k, 2 * k):
            layers += [nn.Conv2d(c, 2 * c, 3, stride=2, padding=1), nn.InstanceNorm2d(2 * c), nn.ReLU(inplace=True)]
        layers += [Residual(4 * k) for _ in range(blocks)]
        for c in (4 * k, 2 * k):
            up = nn.ConvTranspose2d(c, c // 2, 3, stride=2, padding=1, output_padding=1)
            layers += [up, nn.InstanceNorm2d(c // 2), nn.ReLU(inplace=True)]
        self.layers = nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(k, c_out, 7))
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
                nn.init.normal_(layer.weight, 0.0, 0.02)  # section 7.1
        if residual:
            for parameter in self.layers[-1].parameters():
                nn.init.zeros_(parameter)

    def forward(self, x: Images, noise: Tensor | None = None) -> OtherImages:
        """b c h w -> b c' h w. `noise` lies over what the layers see, not over what they add to."""
        h, w = x.shape[2:]
        seen = 2 * (x if noise is None else x + noise) - 1
        y = torch.tanh(self.layers(extended(seen, 4, least=LEAST))[..., :h, :w].float())
        return (x + y).clamp(0, 1) if self.residual else (y + 1) / 2


class CycleGAN(nn.Module):
    """G: A -> B and F: B -> A."""

    def __init__(self, config: CycleGANConfig) -> None:
        super().__init__()
        (a, b), (c_a, c_b) = config.domains, config.channels
        self.directions, self.channels = (f"{a}-to-{b}", f"{b}-to-{a}"), config.channels
        self.G, self.F = (
            Generator(c_in=i, c_out=o, width=config.width, blocks=config.blocks, residual=config.residual)
            for i, o in ((c_a, c_b), (c_b, c_a))
        )

    def translate(self, x: Images, direction: str) -> OtherImages:
        """The image in the other domain; grey or RGB is made what it takes. Raises DirectionUnknown."""
        if direction not in self.directions:
            raise DirectionUnknown(f"direction is {direction!r}; it must be one of {', '.join(self.directions)}")
        network, channels = (
            (self.G, self.channels[0]) if direction == self.directions[0] else (self.F, self.channels[1])
        )
        images: OtherImages = network(recoloured(x, channels))
        return images


FAMILY = Family("cyclegan", "CycleGAN", CycleGANConfig, CycleGAN, "arXiv:1703.10593")

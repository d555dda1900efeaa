"""EfficientNet-Lite: EfficientNet (Tan and Le 2019, arXiv:1905.11946) for integer hardware, on ImageNet's classes.

Against the paper's networks it has no squeeze-and-excitation, ReLU6 in place of swish, and a stem, a head and a first
and a last stage that keep their sizes when the rest is scaled. Stages are those of table 1; width and depth are the
paper's coefficients w and d. Weights that TensorFlow trained want its padding and its epsilon: `same` and EPSILON.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch.nn.functional as functional
from torch import Tensor, nn

from models.family import Family
from models.tensors import Images, Logits

STEM, HEAD = 32, 1280
EPSILON = 1e-3  # of batch normalisation
BORDER = 32  # pixels around the crop, at the scale of the network's input


@dataclass(frozen=True)
class EfficientNetLiteConfig:
    """Coefficients of width and depth, and the side in pixels of what the first convolution sees."""

    size: int = 224
    width: float = 1.0
    depth: float = 1.0
    classes: int = 1000


@dataclass(frozen=True)
class Stage:
    """`repeats` blocks of kernel `k`; the first of them has the stride."""

    repeats: int
    k: int
    stride: int
    expand: int
    channels: int


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)


def scaled(channels: int, width: float) -> int:
    """channels x width to the nearest multiple of 8, never less than nine tenths of it."""
    wanted = channels * width
    nearest = max(8, int(wanted + 4) // 8 * 8)
    return nearest if nearest >= 0.9 * wanted else nearest + 8


def same(x: Tensor, *, k: int, stride: int) -> Tensor:
    """Zeros around x so that a convolution gives ceil(side / stride); an odd one goes to the right and the bottom."""
    down, right = (max(0, (math.ceil(side / stride) - 1) * stride + k - side) for side in x.shape[2:])
    return functional.pad(x, [right // 2, right - right // 2, down // 2, down - down // 2])


class ConvNorm(nn.Module):
    """Convolution and batch normalisation."""

    def __init__(self, c_in: int, c_out: int, k: int, *, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        padding = k // 2 if stride == 1 else 0  # with a stride, `same` depends on the side
        self.conv = nn.Conv2d(c_in, c_out, k, stride=stride, padding=padding, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(c_out, eps=EPSILON)
        self.k, self.stride = k, stride

    def forward(self, x: Tensor) -> Tensor:
        """b c_in h w -> b c_out h/stride w/stride."""
        x = same(x, k=self.k, stride=self.stride) if self.stride > 1 else x
        y: Tensor = self.norm(self.conv(x))
        return y


class Block(nn.Module):
    """An inverted bottleneck: widen, convolve each channel by itself, narrow; the input is added where shapes agree."""

    def __init__(self, c_in: int, c_out: int, stage: Stage, stride: int) -> None:
        super().__init__()
        inner = c_in * stage.expand
        self.expand = ConvNorm(c_in, inner, 1) if stage.expand > 1 else None
        self.depthwise = ConvNorm(inner, inner, stage.k, stride=stride, groups=inner)
        self.project = ConvNorm(inner, c_out, 1)
        self.adds = stride == 1 and c_in == c_out

    def forward(self, x: Tensor) -> Tensor:
        """b c_in h w -> b c_out h/stride w/stride."""
        h = x if self.expand is None else functional.relu6(self.expand(x))
        y: Tensor = self.project(functional.relu6(self.depthwise(h)))
        return y + x if self.adds else y


def blocks(config: EfficientNetLiteConfig) -> Iterator[Block]:
    """All stages; the depth of the first and the last is fixed."""
    c_in = STEM
    for stage in STAGES:
        fixed = stage in (STAGES[0], STAGES[-1])
        repeats = stage.repeats if fixed else math.ceil(stage.repeats * config.depth)
        c_out = scaled(stage.channels, config.width)
        for i in range(repeats):
            yield Block(c_in, c_out, stage, stage.stride if i == 0 else 1)
            c_in = c_out


class EfficientNetLite(nn.Module):
    """Photographs in [0, 1], of any size -> logits. The crop and the resize are inside, so epsilon is in pixels."""

    def __init__(self, config: EfficientNetLiteConfig) -> None:
        super().__init__()
        self.size = config.size
        self.stem = ConvNorm(3, STEM, 3, stride=2)
        self.blocks = nn.Sequential(*blocks(config))
        self.head = ConvNorm(scaled(STAGES[-1].channels, config.width), HEAD, 1)
        self.fc = nn.Linear(HEAD, config.classes)

    def prepare(self, x: Images) -> Tensor:
        """The central square without its border, bicubic to size x size, (255 x - 127) / 128.

        b 3 h w -> b 3 size size.
        """
        h, w = x.shape[2:]
        side = max(1, round(min(h, w) * self.size / (self.size + BORDER)))
        top, left = (h - side) // 2, (w - side) // 2
        x = x[:, :, top : top + side, left : left + side]
        if side != self.size:
            x = functional.interpolate(x, (self.size, self.size), mode="bicubic", antialias=True)
        return (255 * x - 127) / 128

    def classify(self, x: Images) -> Logits:
        """Logits of the classes of ImageNet."""
        h = functional.relu6(self.stem(self.prepare(x)))
        h = functional.relu6(self.head(self.blocks(h)))
        logits: Logits = self.fc(h.mean(dim=(2, 3)))
        return logits

    def forward(self, x: Images) -> Logits:
        """The same as `classify`."""
        return self.classify(x)


FAMILY = Family("efficientnet-lite", "EfficientNet-Lite", EfficientNetLiteConfig, EfficientNetLite, "arXiv:1905.11946")

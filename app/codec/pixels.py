"""Images as numbers of 0 to 255, and several of them on one sheet."""

from math import ceil, isqrt

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.tensors import Images

Pixels = NDArray[np.uint8]  # n h w c, grey or RGB

GAP = 2  # pixels between the images of a grid


def to_uint8(images: Images) -> Tensor:
    """n c h w in [0, 1] -> n h w c in 0..255, rounded to nearest; what lies outside is clipped."""
    return (images * 255).add_(0.5).clamp_(0, 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous()


def square(n: int) -> int:
    """How many images a grid of n has in a row: as square as can be, rather wide than high."""
    return isqrt(n - 1) + 1


def grid(pixels: Pixels, *, columns: int) -> Pixels:
    """One image of all: row by row, black between them and in what is left over. A single one stays as it is."""
    n, height, width, channels = pixels.shape
    down = ceil(n / columns)
    cells = np.zeros((down * columns, height + GAP, width + GAP, channels), np.uint8)
    cells[:n, :height, :width] = pixels
    # (down columns) h w c -> (down h) (columns w) c
    sheet = cells.reshape(down, columns, height + GAP, width + GAP, channels).swapaxes(1, 2)
    return sheet.reshape(1, down * (height + GAP), columns * (width + GAP), channels)[:, :-GAP, :-GAP]

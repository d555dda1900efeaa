"""DiffAugment (Zhao et al. 2020, arXiv:2006.10738): differentiable augmentation of what D sees, real and fake alike.

The three policies of the paper, section 4: color (brightness, saturation, contrast), translation (at most 1/8 of the
side, zero padding) and cutout (a square of half the side, zeroed). Images are in [0, 1]; the paper's are in [-1, 1],
so its zero (grey) is 0 here for digits on black: the border colour of the data.
"""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Int
from torch import Tensor

from models.tensors import Images
from training.randomness import Draw

Offsets = Int[Tensor, " b"]


def color(x: Images, draw: Draw) -> Images:
    """Brightness +-1/4 of the range, saturation 0..2, contrast 1/2..3/2, each drawn for each image."""
    b, c, _, _ = x.shape
    x = x + (draw.uniform(b, 1, 1, 1) - 0.5) / 2
    if c > 1:
        grey = x.mean(dim=1, keepdim=True)
        x = grey + (x - grey) * 2 * draw.uniform(b, 1, 1, 1)
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    return mean + (x - mean) * (0.5 + draw.uniform(b, 1, 1, 1))


def translation(x: Images, draw: Draw, *, ratio: float = 0.125) -> Images:
    """Shifts each image by a whole number of pixels, at most `ratio` of the side, filling with zeros."""
    dy, dx = (offsets(draw, len(x), round(side * ratio)) for side in x.shape[2:])
    return moved(x, dy, dx)


def moved(x: Images, dy: Offsets, dx: Offsets) -> Images:
    """Each image up by dy and left by dx pixels of its own, zeros where nothing comes from."""
    b, _, h, w = x.shape
    rows = torch.arange(h, device=x.device)[None] + dy[:, None]  # b h: where each output row comes from
    cols = torch.arange(w, device=x.device)[None] + dx[:, None]
    inside = ((rows >= 0) & (rows < h))[:, None, :, None] & ((cols >= 0) & (cols < w))[:, None, None, :]
    batch = torch.arange(b, device=x.device)[:, None, None]
    taken = x.permute(0, 2, 3, 1)[batch, rows.clamp(0, h - 1)[:, :, None], cols.clamp(0, w - 1)[:, None, :]]
    return taken.permute(0, 3, 1, 2) * inside


def cutout(x: Images, draw: Draw, *, ratio: float = 0.5) -> Images:
    """Zeroes one square of `ratio` of the side in each image; its centre may lie at the border."""
    b, _, h, w = x.shape
    outside = ~(strip(draw, b, h, ratio, x)[:, :, None] & strip(draw, b, w, ratio, x)[:, None, :])
    return x * outside[:, None]


def strip(draw: Draw, b: int, side: int, ratio: float, x: Tensor) -> Tensor:
    """b side: true along one random stretch of ratio * side pixels, clipped at the border."""
    length = round(side * ratio)
    start = draw.integers(side + 1 - length % 2, b)[:, None] - length // 2
    place = torch.arange(side, device=x.device)[None]
    return (place >= start) & (place < start + length)


def offsets(draw: Draw, b: int, most: int) -> Offsets:
    """b whole numbers in -most..most."""
    return draw.integers(2 * most + 1, b) - most


POLICIES: dict[str, Callable[[Images, Draw], Images]] = {"color": color, "translation": translation, "cutout": cutout}


def diff_augment(x: Images, draw: Draw, policy: Sequence[str] = tuple(POLICIES)) -> Images:
    """The named policies in this order; all three of the paper unless told otherwise."""
    for name in policy:
        x = POLICIES[name](x, draw)
    return x

"""Images mirrored left to right, at random, and whatever belongs to them with them."""

import torch
from torch import Tensor

from training.randomness import Draw


def mirrored(draw: Draw, *parts: Tensor) -> tuple[Tensor, ...]:
    """Each part is b ... w; half of the rows are turned round, the same ones in every part."""
    turned = draw.uniform(len(parts[0])) < 0.5
    return tuple(torch.where(turned.view(-1, *[1] * (part.ndim - 1)), part.flip(-1), part) for part in parts)

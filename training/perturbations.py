"""What attacks added to the training images when each was last seen.

Zheng et al. 2020 (arXiv:1912.11969, ATTA): what fooled the network an epoch ago still fools most of it, so an attack
that goes on from there is, after a few epochs, as strong as one of many more steps. Kept as 127ths of the largest
radius, in a byte a value: a buffer of the run, saved with it. Of several processes each keeps what it has seen itself;
a run that is resumed goes on with those of the first.
"""

import torch
from torch import Tensor, nn

from models.tensors import Images, Labels

PARTS = 127


class Perturbations(nn.Module):
    """One of `shape` (c, h, w) for each of n images, none larger than `eps`; zeros at first."""

    kept: Tensor

    def __init__(self, n: int, shape: tuple[int, ...], *, eps: float) -> None:
        super().__init__()
        self.unit = eps / PARTS
        self.register_buffer("kept", torch.zeros(n, *shape, dtype=torch.int8))

    def of(self, rows: Labels) -> Images:
        """Those of these images."""
        return self.kept[rows].float() * self.unit

    def keep(self, rows: Labels, delta: Images) -> None:
        """For their next visit."""
        self.kept[rows] = (delta / self.unit).round().clamp(-PARTS, PARTS).to(torch.int8)

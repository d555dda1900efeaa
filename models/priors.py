"""The distributions that latents are drawn from.

Row i of a seed is its own stream: Philox (Salmon et al. 2011) keyed by (seed, i). So image 3 of a request is the same
image whether 4 or 4,000 were asked for, on any device, whoever else is in the batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from models.errors import LatentInvalid
from models.tensors import Latents

MAX_SEED = 2**53 - 1  # the largest integer that JSON readers in JavaScript keep exact


def stream(seed: int, row: int) -> np.random.Generator:
    """The random stream of one row. Raises LatentInvalid when the seed is outside 0..2^53 - 1."""
    if not 0 <= seed <= MAX_SEED:
        raise LatentInvalid(f"seed is {seed}; it must lie in 0..{MAX_SEED}")
    return np.random.Generator(np.random.Philox(key=np.array([seed, row], dtype=np.uint64)))


@dataclass(frozen=True)
class NormalPrior:
    """z ~ N(0, I) in `dim` dimensions."""

    dim: int

    def draw(self, *, seed: int, rows: Sequence[int]) -> Latents:
        """The latents of these rows of a seed: float32, len(rows) x dim, on the CPU."""
        drawn = [stream(seed, row).standard_normal(self.dim, dtype=np.float32) for row in rows]
        return torch.from_numpy(np.stack(drawn) if drawn else np.empty((0, self.dim), dtype=np.float32))

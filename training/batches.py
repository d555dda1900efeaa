"""Which images a step sees: epochs of permutations, as a pure function of the step.

The sampler has no state to save: its position is the step.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.errors import BatchTooLarge
from training.randomness import mix


@dataclass(frozen=True)
class BatchOrder:
    """Batches of `batch_size` out of `n` images, shared by `world` processes; an incomplete last batch is dropped."""

    n: int
    batch_size: int
    seed: int
    rank: int = 0
    world: int = 1

    def __post_init__(self) -> None:
        if self.batch_size % self.world:
            raise BatchTooLarge(f"a batch of {self.batch_size} cannot be shared equally by {self.world} processes")
        if not 0 < self.batch_size <= self.n:
            raise BatchTooLarge(f"a batch of {self.batch_size} cannot be drawn from {self.n} images: see --batch-size")

    def indices(self, step: int) -> NDArray[np.int64]:
        """This process's share of the batch of a step (0, 1, ...)."""
        per_epoch = self.n // self.batch_size
        epoch, position = divmod(step, per_epoch)
        order = np.random.default_rng(mix(self.seed, epoch)).permutation(self.n)
        share = self.batch_size // self.world
        start = position * self.batch_size + self.rank * share
        return order[start : start + share]

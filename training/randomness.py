"""The randomness of training: a pure function of (seed, step, rank).

No generator's state outlives a step, so a resumed run draws exactly what the uninterrupted one would have drawn, and a
run may be resumed on another number of processes. `seed_step` also seeds the world, for what takes no generator
(dropout).
"""

import random
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

INIT_STEP, GRID_STEP = 2**40, 2**40 + 1  # steps that training never reaches: initial weights, and the preview's latents


def mix(*keys: int) -> int:
    """A 63-bit seed from any number of non-negative integers, by numpy's SeedSequence."""
    return int(np.random.SeedSequence(keys).generate_state(1, np.uint64)[0] >> np.uint64(1))


@dataclass(frozen=True)
class Draw:
    """The random stream of one step, on the device that computes it."""

    generator: torch.Generator

    def normal(self, *shape: int) -> Tensor:
        """N(0, 1), float32."""
        return torch.randn(*shape, generator=self.generator, device=self.generator.device)

    def uniform(self, *shape: int) -> Tensor:
        """U[0, 1), float32."""
        return torch.rand(*shape, generator=self.generator, device=self.generator.device)

    def integers(self, high: int, *shape: int) -> Tensor:
        """Uniform integers in 0..high - 1, int64."""
        return torch.randint(high, shape, generator=self.generator, device=self.generator.device)


def seed_step(*, seed: int, step: int, rank: int, device: torch.device) -> Draw:
    """Seeds the world for this step of this process and returns the step's own stream."""
    key = mix(seed, step, rank)
    random.seed(key)
    np.random.seed(key % 2**32)  # noqa: NPY002 - libraries that draw from numpy's global state
    torch.manual_seed(key)
    return Draw(torch.Generator(device=device).manual_seed(mix(seed, step, rank, 1)))

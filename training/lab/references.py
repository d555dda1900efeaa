"""What the figures are of samples that no GAN made: the best and, for a look at the metric itself, mere noise.

Noise over the square hits most modes by chance, so a number of covered modes means little where few points are of high
quality.
"""

from collections.abc import Callable

import torch

from models.lab.coverage import POINTS, Coverage, cover
from models.lab.mixtures import Mixture


def data(mixture: Mixture, seed: int) -> Coverage:
    """Of a sample of the mixture itself."""
    return cover(mixture.sample(POINTS, torch.Generator().manual_seed(seed)), mixture)


def noise(mixture: Mixture, seed: int) -> Coverage:
    """Of points spread evenly over the square that pictures show."""
    spread = torch.rand(POINTS, 2, generator=torch.Generator().manual_seed(seed))
    return cover((2 * spread - 1) * mixture.extent, mixture)


REFERENCES: dict[str, Callable[[Mixture, int], Coverage]] = {"the data": data, "even noise over the square": noise}

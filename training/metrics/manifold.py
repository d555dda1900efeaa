"""Do samples lie where data lies, and the reverse: unions of balls that reach to the k-th neighbour.

Precision and recall: Kynkaanniemi et al. 2019 (arXiv:1904.06991), eq. 2. Density and coverage: Naeem et al. 2020
(arXiv:2002.09797), eq. 3 and 4. A single outlier's large ball can swallow samples; density and coverage weigh it down.
"""

from dataclasses import dataclass

import torch

from training.metrics.neighbours import blocks, squared_radii
from training.metrics.sets import Reference, Samples, pair

NEIGHBOURS = 5


@dataclass(frozen=True)
class Manifold:
    """Shares in [0, 1], except density, which is near 1 where samples are as dense as data and has no upper bound."""

    precision: float
    recall: float
    density: float
    coverage: float


def manifold(samples: Samples, reference: Reference) -> Manifold:
    """All four from one pass over the distances. Raises TooFewImages when a set has no k-th neighbour."""
    k = NEIGHBOURS
    x, y = pair(samples, reference, least=k + 1)
    reach_x, reach_y = squared_radii(x, k=k), squared_radii(y, k=k)
    precise, dense = 0, 0
    recalled, covered = (torch.zeros(len(y), dtype=torch.bool, device=y.device) for _ in range(2))
    for rows, squared in blocks(x, y):
        inside = squared <= reach_y
        precise += int(inside.any(dim=1).sum())
        dense += int(inside.sum())
        covered |= inside.any(dim=0)
        recalled |= (squared <= reach_x[rows, None]).any(dim=0)
    n, m = len(x), len(y)
    return Manifold(precise / n, int(recalled.sum()) / m, dense / (k * n), int(covered.sum()) / m)

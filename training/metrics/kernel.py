"""Kernel distance: the unbiased squared MMD under k(x, y) = (x'y / d + 1)^3 (Binkowski et al. 2018, section 4).

The cubic kernel sees the third moments, so one loud feature drowns the others: features are standardised with the
reference's mean and deviation first. The value is the complete U-statistic, which is what the mean over random subsets
tends to; it needs no seed and has no bias at any n, so it may be slightly negative.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from training.metrics.estimate import Estimate
from training.metrics.sets import Reference, Samples, pair

HALVES = 100
ROWS = 512  # of the kernel matrix at a time

Members = Float[Tensor, "s b"]  # one row a subset, 1 where the image belongs to it
Sums = Float[Tensor, " s"]


def standardise(x: Float[Tensor, "b d"], reference: Reference) -> Float[Tensor, "b d"]:
    """x in units of the reference's deviations. A feature that is constant there keeps its own scale."""
    deviation = reference.std(dim=0, correction=0)
    dead = deviation <= 1e-6 * deviation.max()
    return (x - reference.mean(dim=0)) / deviation.where(~dead, 1)


def kernel_sums(
    x: Samples, y: Reference, in_x: Float[Tensor, "s n"], in_y: Float[Tensor, "s m"]
) -> Float[Tensor, " s"]:
    """The sum of k over all pairs, subset by subset."""
    total = x.new_zeros(len(in_x))
    for start in range(0, len(x), ROWS):
        k = (x[start : start + ROWS] @ y.mT / x.shape[1] + 1) ** 3
        total += ((in_x[:, start : start + ROWS] @ k) * in_y).sum(dim=1)
    return total


def mmd2(x: Samples, y: Reference, in_x: Float[Tensor, "s n"], in_y: Float[Tensor, "s m"]) -> Sums:
    """The unbiased MMD^2 of each pair of subsets (Gretton et al. 2012, eq. 3)."""
    n, m = in_x.sum(dim=1), in_y.sum(dim=1)
    return (
        _without_diagonal(x, in_x) / (n * (n - 1))
        + _without_diagonal(y, in_y) / (m * (m - 1))
        - 2 * kernel_sums(x, y, in_x, in_y) / (n * m)
    )


def _without_diagonal(x: Float[Tensor, "b d"], members: Members) -> Sums:
    diagonal = (x.square().sum(dim=1) / x.shape[1] + 1) ** 3
    return kernel_sums(x, x, members, members) - members @ diagonal


def halves(n: int, generator: torch.Generator) -> Float[Tensor, "s n"]:
    """The whole set, then HALVES random halves of it."""
    picked = torch.rand(HALVES, n, generator=generator).argsort(dim=1)[:, : n // 2]
    members = torch.zeros(HALVES, n, dtype=torch.float64).scatter_(1, picked, 1.0)
    return torch.cat([members.new_ones(1, n), members])


def kernel_distance(samples: Samples, reference: Reference, *, seed: int = 0) -> Estimate:
    """MMD^2 on standardised features, and its standard error.

    The error is the spread over random halves of both sets: the delete-d jackknife with d = n/2 (Shao and Wu 1989). It
    is too large by up to sqrt(3) where the two sets are alike, right where they differ, and never a matter of how many
    subsets were drawn. `seed` picks the halves, so it moves the error alone.
    """
    x, y = pair(samples, reference, least=4)
    generator = torch.Generator().manual_seed(seed)
    in_x, in_y = (halves(len(rows), generator).to(rows.device) for rows in (x, y))
    whole, *parts = mmd2(standardise(x, y), standardise(y, y), in_x, in_y).tolist()
    return Estimate(whole, float(torch.tensor(parts, dtype=torch.float64).std()))

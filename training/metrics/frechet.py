"""Frechet distance between two sets as if each were Gaussian (Dowson and Landau 1982; Heusel et al. 2017, eq. 6).

|mu_x - mu_y|^2 + Tr(C_x + C_y - 2 (C_x C_y)^(1/2)). The estimate is biased upwards, roughly as 1/n, and the bias
depends on the features: compare only figures of equal n and reference, and print the floor beside them.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from training.metrics.sets import Reference, Samples, pair


@dataclass(frozen=True)
class Moments:
    """What the distance needs to know of a set: mu, and C with n - 1 in the denominator."""

    mean: Float[Tensor, " d"]
    covariance: Float[Tensor, "d d"]


def moments(x: Float[Tensor, "b d"]) -> Moments:
    """The mean and the covariance of a set."""
    mean = x.mean(dim=0)
    centred = x - mean
    return Moments(mean, centred.mT @ centred / (len(x) - 1))


def factor(C: Float[Tensor, "d d"]) -> Float[Tensor, "d d"]:
    """A with A A' = C. Eigenvalues within rounding of zero are zero: C is singular whenever n <= d."""
    values, vectors = torch.linalg.eigh(C)
    rounding = len(C) * torch.finfo(C.dtype).eps * values[-1]
    A: Float[Tensor, "d d"] = vectors * values.where(values > rounding, 0).sqrt()
    return A


def distance(x: Moments, y: Moments) -> float:
    """Tr (C_x C_y)^(1/2) is the sum of the roots of the eigenvalues of the symmetric A_x' C_y A_x.

    They are the singular values of A_x' A_y, which keeps the digits that squaring would lose: no complex numbers, no
    matrix square root that fails near singularity.
    """
    overlap = torch.linalg.svdvals(factor(x.covariance).mT @ factor(y.covariance)).sum()
    spread = x.covariance.trace() + y.covariance.trace() - 2 * overlap
    return float((x.mean - y.mean).square().sum() + spread)


def frechet_distance(samples: Samples, reference: Reference) -> float:
    """The distance of two sets of features."""
    x, y = pair(samples, reference, least=2)
    return distance(moments(x), moments(y))

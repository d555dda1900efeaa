"""Nearest neighbours by brute force, a block of rows at a time."""

from collections.abc import Iterator

import torch
from jaxtyping import Float
from torch import Tensor

from training.metrics.sets import Reference, Samples

BLOCK = 2**22  # distances held at once: 32 MiB


def squared_distances(x: Samples, y: Reference) -> Float[Tensor, "n m"]:
    """|x_i - y_j|^2 as |x|^2 + |y|^2 - 2 x'y, in float64.

    What lies within the rounding of that sum is zero: a copy is at distance zero, not at the root of an epsilon.
    """
    norms = x.square().sum(dim=1)[:, None] + y.square().sum(dim=1)
    squared = torch.addmm(norms, x, y.mT, alpha=-2)
    return squared.where(squared > 64 * torch.finfo(squared.dtype).eps * norms, 0)


def blocks(x: Samples, y: Reference) -> Iterator[tuple[slice, Float[Tensor, "rows m"]]]:
    """The squared distances of x to y, as many rows of x at a time as BLOCK allows."""
    centre = y.mean(dim=0)  # a common offset would cost digits in the sum of the norms
    x, y = x - centre, y - centre
    rows = max(1, BLOCK // len(y))
    for start in range(0, len(x), rows):
        yield slice(start, start + rows), squared_distances(x[start : start + rows], y)


def nearest(x: Samples, y: Reference) -> Float[Tensor, " n"]:
    """The distance of each x to the nearest y."""
    return torch.cat([squared.amin(dim=1) for _, squared in blocks(x, y)]).sqrt()


def squared_radii(x: Samples, *, k: int) -> Float[Tensor, " n"]:
    """The squared distance of each x to its k-th nearest other x."""
    found = []
    for rows, squared in blocks(x, x):
        squared.diagonal(rows.start).fill_(torch.inf)  # an image is not its own neighbour, but its copy is
        found.append(squared.kthvalue(k, dim=1).values)
    return torch.cat(found)

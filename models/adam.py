"""Adam for rows that know nothing of each other (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1).

torch.optim.Adam counts steps for a tensor as a whole; here every row has a clock of its own, so that one may join at
step 0 while its neighbour is at step 90.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

BETAS, EPSILON = (0.9, 0.999), 1e-8

RowsOfAny = Float[Tensor, "b *rest"]
Counts = Int[Tensor, " b"]


@dataclass(frozen=True)
class Moments:
    """The running means of the gradient and of its square, and how many gradients they have seen."""

    m: RowsOfAny
    v: RowsOfAny
    t: Counts


def unmoved(x: RowsOfAny) -> Moments:
    """Before the first step of what is shaped like x."""
    return Moments(torch.zeros_like(x), torch.zeros_like(x), torch.zeros(len(x), dtype=torch.int64, device=x.device))


def adam(moments: Moments, gradient: RowsOfAny) -> tuple[Moments, RowsOfAny]:
    """The next moments, and the step at a learning rate of one: to be scaled, and subtracted."""
    t = moments.t + 1
    m = torch.lerp(gradient, moments.m, BETAS[0])
    v = torch.lerp(gradient.square(), moments.v, BETAS[1])
    # in float64: beta^t in float32 differs with the length of the vector that it is taken in
    first, second = ((1 - beta ** t.double()).float().view(-1, *[1] * (m.ndim - 1)) for beta in BETAS)
    return Moments(m, v, t), (m / first) / ((v / second).sqrt() + EPSILON)

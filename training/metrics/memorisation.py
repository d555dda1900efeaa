"""Are samples nearer to the training images than honest new images are?

No distance between distributions can tell: a model that repeats its training set scores the floor in all of them. So
each sample's nearest training image is set against that of held-out images, which nobody can have memorised.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from training.metrics.neighbours import nearest
from training.metrics.sets import Reference, Samples, checked, pair

CLOSEST = 0.01


@dataclass(frozen=True)
class Nearness:
    """Distances of a set to its nearest training images, beside the same of held-out images."""

    median: float
    held_out: float  # the median there
    closer: float  # share nearer than the closest 1 % of the held-out images: .01 is innocent
    copies: float  # share at distance zero

    @property
    def ratio(self) -> float:
        """Median over median: 1 is innocent, 0 a copy, more than 1 far from any data."""
        return self.median / self.held_out


def nearness(samples: Samples, held_out: Float[Tensor, "h d"], train: Reference) -> Nearness:
    """Of samples and held-out images to train, in the space of these vectors (pixels or features)."""
    x, y = pair(samples, train, least=1)
    distance, honest = nearest(x, y), nearest(checked(held_out, least=1, what="held-out images"), y)
    return Nearness(
        median=float(distance.median()),
        held_out=float(honest.median()),
        closer=float((distance < torch.quantile(honest, CLOSEST)).double().mean()),
        copies=float((distance == 0).double().mean()),
    )

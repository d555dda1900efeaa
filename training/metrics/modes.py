"""How many of the modes a sampler reaches, and how evenly (Metz et al. 2017, section 3.3.1; Lin et al. 2018, 4.2).

KL(q || p) of the samples' modes against the data's, in nats. Even n samples of the data itself stand near
(k - 1) / (2 n) above zero, which is .019 for k = 1,000 and n = 26,000: print that floor beside it.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from models.tensors import Labels
from training.metrics.errors import TooFewImages


def shares(modes: Labels, *, k: int) -> Float[Tensor, " k"]:
    """The share of each mode. Raises TooFewImages for none."""
    if not len(modes):
        raise TooFewImages("modes: needs at least 1 image, got 0")
    return torch.bincount(modes, minlength=k).double() / len(modes)


def reached(modes: Labels, *, k: int) -> int:
    """Modes with at least one sample."""
    return int((shares(modes, k=k) > 0).sum())


def divergence(modes: Labels, p: Float[Tensor, " k"]) -> float:
    """KL(q || p) with q the shares of the samples. Infinite where a sample has a mode that the data has not."""
    q = shares(modes, k=len(p))
    terms = torch.where(q > 0, q * (q / p).log(), torch.zeros(()).double())
    return float(terms.sum())

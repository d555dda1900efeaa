"""Maximum mean discrepancy between two sets of vectors (Gretton et al. 2012, JMLR 13, lemma 6), unbiased.

Kernel: Gaussian, summed over widths around the dimension, as is usual for comparing codes with a standard normal
prior: k(x, y) = mean over s of exp(-|x - y|^2 / (2 s d)).
"""

import torch
from torch import Tensor

from training.metrics.sets import Reference, Samples, pair

SCALES = (0.25, 0.5, 1.0, 2.0, 4.0)


def kernel(x: Samples, y: Reference) -> Tensor:
    """n m."""
    squared = torch.cdist(x, y).square()
    return torch.stack([torch.exp(-squared / (2 * scale * x.shape[1])) for scale in SCALES]).mean(dim=0)


def mmd(samples: Samples, reference: Reference) -> float:
    """MMD^2: zero on average for two sets of one distribution, so a little below zero at times."""
    x, y = pair(samples, reference, least=2)
    n, m = len(x), len(y)
    within = (kernel(x, x).sum() - n) / (n * (n - 1)) + (kernel(y, y).sum() - m) / (m * (m - 1))
    return float(within - 2 * kernel(x, y).mean())

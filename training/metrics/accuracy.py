"""How often a classifier is right, how sure that is, and whether its confidence can be believed."""

import math

import torch
from jaxtyping import Int
from torch import Tensor

from models.tensors import Labels, Logits
from training.metrics.sets import checked

BINS = 15
Z = 1.959963984540054  # 95 %


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927), which stays inside [0, 1] at the ends."""
    share, z2 = right / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def confusion(logits: Logits, labels: Labels) -> Int[Tensor, "k k"]:
    """How many images of class i (row) were named j (column)."""
    k = logits.shape[1]
    named = checked(logits, least=1, what="logits").argmax(dim=1)
    return torch.bincount(labels * k + named, minlength=k * k).view(k, k)


def worst_pair(table: Int[Tensor, "k k"]) -> tuple[int, int, int]:
    """The commonest mistake: true class, named class, how often."""
    wrong = table.clone().fill_diagonal_(-1)
    true, named = divmod(int(wrong.argmax()), len(table))
    return true, named, int(wrong[true, named])


def calibration_error(logits: Logits, labels: Labels) -> float:
    """Expected calibration error over 15 equal bins of confidence (Guo et al. 2017, eq. 3)."""
    confidence, named = checked(logits, least=1, what="logits").softmax(dim=1).max(dim=1)
    surplus = confidence - (named == labels).double()
    place = (confidence * BINS).ceil().long().clamp(1, BINS) - 1
    gaps = torch.zeros(BINS, dtype=torch.float64).index_add_(0, place, surplus)
    return float(gaps.abs().sum()) / len(logits)

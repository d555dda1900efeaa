"""Clusters and classes: which cluster stands for which class, and how many images that gets wrong.

The match is made on one set and judged on another, so that it cannot flatter itself.
"""

import torch
from jaxtyping import Int
from torch import Tensor

from models.tensors import Labels
from training.metrics.errors import TooFewImages

MOST = 16  # classes of a one-to-one match: the search is over subsets


def counts(clusters: Labels, labels: Labels, *, k: int, classes: int) -> Int[Tensor, "k classes"]:
    """How many images of each class lie in each cluster. Raises TooFewImages for none."""
    if not len(labels):
        raise TooFewImages("matching: needs at least 1 image, got 0")
    return torch.bincount(clusters * classes + labels, minlength=k * classes).reshape(k, classes)


def majority(table: Int[Tensor, "k classes"]) -> tuple[int, ...]:
    """Each cluster stands for the class that it holds most of (Makhzani et al. 2015, section 6); several may share."""
    return tuple(int(best) for best in table.argmax(dim=1))


def one_to_one(table: Int[Tensor, "k k"]) -> tuple[int, ...]:
    """Each cluster stands for a class of its own, so that most images are right: exact, over subsets of classes."""
    k = len(table)
    if table.shape != (k, k) or k > MOST:
        raise ValueError(f"a one-to-one match takes a square table of at most {MOST} classes, got {tuple(table.shape)}")
    rows = table.tolist()
    best: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}  # classes taken -> images right, the match so far
    for row in rows:
        step: dict[int, tuple[int, tuple[int, ...]]] = {}
        for taken, (right, match) in best.items():
            for label in range(k):
                if taken >> label & 1:
                    continue
                key, value = taken | 1 << label, right + row[label]
                if key not in step or step[key][0] < value:
                    step[key] = (value, (*match, label))
        best = step
    return best[2**k - 1][1]


def matched_error(clusters: Labels, labels: Labels, match: tuple[int, ...]) -> float:
    """The share of images whose cluster stands for another class."""
    named = torch.tensor(match)[clusters]
    return float((named != labels).double().mean())

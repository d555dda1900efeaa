"""Fewer images of a set: the first rows of one shuffled order, in which every class is spread out evenly.

So a smaller part lies in every larger one, and each class keeps its share to within an image.
"""

import numpy as np

from training.data.dataset import Dataset, Ints


def order(labels: Ints, *, seed: int = 0) -> Ints:
    """All rows, shuffled within each class, the classes interleaved by their shares."""
    rng = np.random.default_rng(seed)
    place = np.empty(len(labels))
    for one in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == one))
        place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return np.argsort(place, kind="stable")


def part(data: Dataset, percent: int) -> Dataset:
    """So many percent of a labelled training set, in the set's own order."""
    assert data.labels is not None  # noqa: S101 - the lab learns from digits
    rows = order(data.labels)[: round(len(data) * percent / 100)]
    return data.take(np.sort(rows), split=data.split)

"""Fixed splits into train and test: always the same rows, and no test image in train."""

from collections.abc import Sequence

import numpy as np

from training.data.dataset import Dataset, Ints
from training.data.digest import pixel_digests
from training.data.errors import BadLayout

Rows = tuple[Ints, Ints]  # train, test: sorted


def stratified(labels: Ints, *, test: float, seed: int = 0) -> Rows:
    """The same share of every class held out (largest remainders, so the total is exact)."""
    rng = np.random.default_rng(seed)
    classes, counts = np.unique(labels, return_counts=True)
    quota = counts * test
    take = np.floor(quota).astype(np.int64)
    short = round(float(quota.sum())) - int(take.sum())
    take[np.argsort(take - quota, kind="stable")[:short]] += 1
    chosen = [rng.permutation(np.flatnonzero(labels == one))[:n] for one, n in zip(classes, take.tolist(), strict=True)]
    return _rest(np.concatenate(chosen), len(labels))


def grouped(groups: Sequence[str], *, test: float, seed: int = 0) -> Rows:
    """Whole groups held out, in a shuffled order, until about `test` of all rows are.

    A group that would be more than a fifth of the test rows stays in train.
    """
    names, inverse, counts = np.unique(np.array(groups), return_inverse=True, return_counts=True)
    want, held = test * len(groups), 0
    chosen: list[int] = []
    for group in np.random.default_rng(seed).permutation(len(names)).tolist():
        if held >= want:
            break
        if counts[group] * 5 <= want:
            chosen.append(group)
            held += int(counts[group])
    return _rest(np.flatnonzero(np.isin(inverse, chosen)), len(groups))


def _rest(test: Ints, n: int) -> Rows:
    test = np.sort(test).astype(np.int64)
    return np.setdiff1d(np.arange(n, dtype=np.int64), test), test


def merged(*names: Sequence[str]) -> list[str]:
    """One group name a row such that two rows equal in any of the columns share it (union-find)."""
    parent = list(range(len(names[0])))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = row = parent[parent[row]]
        return row

    for column in names:
        first: dict[str, int] = {}
        for row, name in enumerate(column):
            a, b = root(row), root(first.setdefault(name, row))
            parent[max(a, b)] = min(a, b)
    return [names[0][root(row)] for row in range(len(parent))]


def divided(data: Dataset, rows: Rows) -> dict[str, Dataset]:
    """The two splits of `data`; a train row whose pixels (or whose pair's) equal a test row's is left out."""
    train, test = rows
    twin = np.zeros(len(train), bool)
    for images in (data.images, data.pairs):
        if images is not None:
            seen = set(pixel_digests(images[test]))
            twin |= np.array([digest in seen for digest in pixel_digests(images[train])], bool)
    if not len(test) or twin.all():
        raise BadLayout(f"{data.name} has too few different images for a train and a test split")
    return {"train": data.take(train[~twin], split="train"), "test": data.take(test, split="test")}

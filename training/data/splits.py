"""Fixed splits into train and test."""

import numpy as np

from training.data.dataset import Ints


def stratified(labels: Ints, *, test: float, seed: int = 0) -> tuple[Ints, Ints]:
    """Sorted train and test rows with the same share of every class (largest remainders, so the totals are exact)."""
    rng = np.random.default_rng(seed)
    classes, counts = np.unique(labels, return_counts=True)
    quota = counts * test
    take = np.floor(quota).astype(np.int64)
    short = round(float(quota.sum())) - int(take.sum())
    take[np.argsort(take - quota, kind="stable")[:short]] += 1
    chosen = [
        rng.permutation(np.flatnonzero(labels == one))[:n] for one, n in zip(classes, take.tolist(), strict=True)
    ]
    held_out = np.sort(np.concatenate(chosen))
    rest = np.setdiff1d(np.arange(len(labels)), held_out)
    return rest.astype(np.int64), held_out.astype(np.int64)

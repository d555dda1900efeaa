"""Two domains whose rows do not correspond: the horse2zebra layout (trainA, trainB, testA, testB)."""

from dataclasses import replace

import numpy as np

from training.data.dataset import SPLITS, Dataset, Source
from training.data.errors import BadLayout
from training.data.images import Picture, stacked

FOLDERS = tuple(f"{split}{side}" for split in SPLITS for side in "AB")


def unpaired(name: str, pictures: dict[str, list[Picture]], source: Source) -> dict[str, Dataset]:
    """Both splits from the pictures of each folder: images is A, other is B."""
    missing = [folder for folder in FOLDERS if not pictures.get(folder)]
    if missing:
        raise BadLayout(f"{name} has no images in {', '.join(missing)}")
    return {split: _split(name, split, pictures, source) for split in SPLITS}


def _split(name: str, split: str, pictures: dict[str, list[Picture]], source: Source) -> Dataset:
    a, b = (pictures[f"{split}{side}"] for side in "AB")
    images = stacked([one.image for one in (*a, *b)])  # together: grey only if both domains are
    return Dataset(
        name=name,
        split=split,
        images=images[: len(a)],
        keys=tuple(one.key for one in a),
        other=images[len(a) :],
        other_keys=tuple(one.key for one in b),
        source=source,
    )


def unpair(data: Dataset) -> Dataset:
    """Two unaligned domains of one paired split: images of one half of the rows, pairs of the other half.

    Rows with the same pair, such as an emoji in several tones of skin, stay on one side: else an image of A would still
    meet its counterpart in B. `pairs` still holds the truth for every image of A.
    """
    if data.pairs is None:
        raise BadLayout(f"{data.name} has no pairs to take apart")
    _, first, group = np.unique(data.pairs.reshape(len(data), -1), axis=0, return_index=True, return_inverse=True)
    place = np.argsort(np.argsort(first))  # groups by their first row, as the unique rows come sorted by content
    side = place[group.reshape(-1)] % 2
    a, b = (np.flatnonzero(side == each).astype(np.int64) for each in (0, 1))
    half = data.take(a, split=data.split)
    return replace(half, other=data.pairs[b], other_keys=tuple(data.keys[row] for row in b.tolist()))

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
    """Two unaligned domains of one paired split: images of the even rows, pairs of the odd rows.

    No row has its counterpart in the other domain, but `pairs` still holds the truth for every image.
    """
    if data.pairs is None:
        raise BadLayout(f"{data.name} has no pairs to take apart")
    rows = np.arange(len(data), dtype=np.int64)
    half = data.take(rows[::2], split=data.split)
    return replace(half, other=data.pairs[rows[1::2]], other_keys=data.keys[1::2])

"""One split of one data set, in memory, and the facts about where it came from."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Split = Literal["train", "test"]
SPLITS: tuple[Split, ...] = ("train", "test")


@dataclass(frozen=True)
class Source:
    """Where a set came from: the facts a checkpoint's card repeats."""

    title: str
    licence: str
    origin: str  # the package with its pinned version, or the download's address
    obtained: str  # the command or the steps that made these images of it
    citation: str = ""
    sha256: Mapping[str, str] = field(default_factory=dict)  # fetched file -> digest

    def facts(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        return asdict(self) | {"sha256": dict(self.sha256)}


@dataclass(frozen=True, eq=False)
class Dataset:
    """One split: n images and whatever else the set knows about each of them.

    images: uint8, n c h w, grey (c = 1) or RGB (c = 3).
    labels: int64, n, an index into label_names.
    attributes: name -> int64, n, an index into attribute_names[name].
    pairs: uint8, n c h w, row i belongs to images[i] (openmoji: the line drawing; avatars: the attribute switched).
    masks: uint8, n h w, an index into mask_names for every pixel.
    other: uint8, m c h w, the second domain of an unpaired set: images is A, other is B, rows do not correspond.
    keys: what each image is in its source (hexcode, seed, index, path); other_keys the same for other.
    """

    name: str
    images: Bytes
    keys: tuple[str, ...]
    source: Source
    split: str = "train"
    labels: Ints | None = None
    label_names: tuple[str, ...] = ()
    attributes: Mapping[str, Ints] = field(default_factory=dict)
    attribute_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pairs: Bytes | None = None
    masks: Bytes | None = None
    mask_names: tuple[str, ...] = ()
    other: Bytes | None = None
    other_keys: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.images)

    @property
    def size(self) -> int:
        """Height = width, in pixels."""
        return int(self.images.shape[-1])

    @property
    def channels(self) -> int:
        """1 (grey) or 3 (RGB)."""
        return int(self.images.shape[1])

    def take(self, rows: Ints, *, split: str) -> "Dataset":
        """These rows alone, with everything that is known about them."""
        return replace(
            self,
            split=split,
            images=self.images[rows],
            keys=tuple(self.keys[row] for row in rows.tolist()),
            labels=None if self.labels is None else self.labels[rows],
            attributes={name: codes[rows] for name, codes in self.attributes.items()},
            pairs=None if self.pairs is None else self.pairs[rows],
            masks=None if self.masks is None else self.masks[rows],
        )

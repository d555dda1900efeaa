"""Paired sets in another order: `swapped:NAME` and `apart:NAME`.

`swapped:` exchanges images and pairs, so that a translation goes from the images to their pairs in every set. `apart:`
makes two domains that training cannot put together again: train is `unpair` of the set's train, without the truth; test
keeps its pairs, and is what a translation is judged by.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from training.data.dataset import SPLITS, Dataset
from training.data.entry import Entry
from training.data.errors import BadLayout
from training.data.unpaired import unpair

Load = Callable[[str, int, Path], Dataset]  # split, size in pixels, data folder
Splits = Mapping[str, Dataset]


def swapped(parts: Splits) -> Splits:
    """Pairs as images, images as pairs."""
    return {split: _swapped(data) for split, data in parts.items()}


def _swapped(data: Dataset) -> Dataset:
    if data.pairs is None:
        raise BadLayout(f"{data.name} has no pairs to exchange with its images")
    return replace(data, name=f"swapped:{data.name}", images=data.pairs, pairs=data.images)


def apart(parts: Splits) -> Splits:
    """Two halves of train, and test as it is."""
    name = f"apart:{parts['train'].name}"
    train = replace(unpair(parts["train"]), name=name, pairs=None, masks=None, mask_names=())
    return {"train": train, "test": replace(parts["test"], name=name)}


ARRANGEMENTS: Mapping[str, tuple[Callable[[Splits], Splits], str]] = {
    "apart": (apart, "in train the pairs are taken apart"),
    "swapped": (swapped, "images and pairs exchanged"),
}


def entry(kind: str, whole: Entry, load: Load) -> Entry:
    """The entry of a paired set, rearranged."""
    arrange, words = ARRANGEMENTS[kind]
    return replace(
        whole,
        name=f"{kind}:{whole.name}",
        about=f"{whole.about}; {words}",
        build=partial(_build, arrange, load),
        stem=f"{kind}+{whole.stem}" if whole.stem else "",
    )


def _build(arrange: Callable[[Splits], Splits], load: Load, root: Path, size: int) -> Splits:
    return arrange({split: load(split, size, root) for split in SPLITS})

"""`apart:NAME`: a paired set as two domains that training cannot put together again.

Train is `unpair` of the set's train, without the truth; test keeps its pairs, and is what a translation is judged by.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from training.data.dataset import Dataset
from training.data.entry import Entry
from training.data.unpaired import unpair

Load = Callable[[str, int, Path], Dataset]  # split, size in pixels, data folder


def build(load: Load, root: Path, size: int) -> Mapping[str, Dataset]:
    """Both splits. Raises BadLayout where the set has no pairs."""
    train, test = unpair(load("train", size, root)), load("test", size, root)
    name = f"apart:{train.name}"
    return {"train": replace(train, name=name, pairs=None, masks=None, mask_names=()), "test": replace(test, name=name)}


def entry(whole: Entry, load: Load) -> Entry:
    """The entry of a paired set's two halves."""
    return Entry(
        name=f"apart:{whole.name}",
        about=f"{whole.about}; in train the pairs are taken apart",
        licence=whole.licence,
        build=lambda root, size: build(load, root, size),
        size=whole.size,
        sizes=whole.sizes,
        version=whole.version,
        stem=f"apart+{whole.stem}" if whole.stem else "",
    )

"""The registry: every named set, and the one way to load one."""

import logging
from collections.abc import Mapping
from pathlib import Path

from training.data import (
    anomalies,
    avatars,
    cache,
    cifar10,
    cyclegan,
    idx,
    local,
    mnist10k,
    noto,
    npz,
    openmoji,
    rearranged,
    restyled,
    stacked,
    textures,
)
from training.data.dataset import Dataset
from training.data.entry import Entry
from training.data.errors import CorruptCache, UnknownDataset

DATASETS: Mapping[str, Entry] = {
    entry.name: entry
    for entry in (
        mnist10k.ENTRY,
        stacked.ENTRY,
        openmoji.ENTRY,
        noto.ENTRY,
        *avatars.ENTRIES,
        textures.ENTRY,
        *idx.ENTRIES,
        cifar10.ENTRY,
        *cyclegan.ENTRIES,
    )
}
logger = logging.getLogger(__name__)
VIEWS = ("mnist-10k-without-DIGIT", "textures-NAME", "avatars-STYLE-without-ATTRIBUTE", "normals:NAME")
OWN = ("folder:PATH", "unpaired:PATH", "paired:PATH", "npz:PATH")


def find(name: str) -> Entry:
    """The entry called `name`: a registered set, the pairs of an avatar attribute, files of the user's own, `apart:` or
    `swapped:` and any of these, or a set with anomalies.
    """
    kind, _, rest = name.partition(":")
    if name in DATASETS:
        return DATASETS[name]
    if (view := anomalies.find(name, find, view_of)) is not None:
        return view
    if rest and kind in rearranged.ARRANGEMENTS:
        whole = find(rest)
        return rearranged.entry(kind, whole, lambda split, size, root: cached(whole, split, size, root))
    if (couples := restyled.entry(name)) is not None:
        return couples
    if rest and kind in ("folder", "unpaired", "paired"):
        return local.entry(kind, rest)
    if rest and kind == "npz":
        return npz.entry(rest)
    if rest and kind.startswith("avatars-") and kind in DATASETS:
        return avatars.pairs_entry(kind.removeprefix("avatars-"), rest)
    raise UnknownDataset(f"no data set is called {name!r}; there are {', '.join((*DATASETS, *VIEWS, *OWN))}")


def view_of(name: str, split: str, size: int, root: Path) -> Dataset:
    """One split of what another set is made of."""
    return cached(find(name), split, size, root)


def load(name: str, *, split: str = "train", size: int | None = None, root: Path | None = None) -> Dataset:
    """One split of a set as uint8 images, from the cache; made first (and fetched) where it is not there yet.

    size: pixels a side, the set's own default where None. root: the data folder, $ZEROSUM_DATA where None.
    Raises a DataError that says in one sentence what is wrong and what to do.
    """
    entry = find(name)
    entry.check_split(split)
    pixels = entry.check_size(size)
    return cached(entry, split, pixels, cache.data_root(root))


def cached(entry: Entry, split: str, size: int, root: Path) -> Dataset:
    """One split from the cached file; a missing or damaged file is made (again)."""
    path = root / entry.file(size)
    if (held := _held(path, split)) is not None:
        return held
    with cache.lock(path):
        if (held := _held(path, split)) is not None:  # another process made it while this one waited
            return held
        cache.write(path, entry.build(root, size))
    return cache.read(path, split)


def _held(path: Path, split: str) -> Dataset | None:
    try:
        return cache.read(path, split) if path.is_file() else None
    except CorruptCache as error:
        logger.warning("%s; it is made again", error)
        return None

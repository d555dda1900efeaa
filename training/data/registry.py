"""The registry: every named set, and the one way to load one."""

from collections.abc import Mapping
from pathlib import Path

from training.data import cache, mnist10k
from training.data.dataset import Dataset
from training.data.entry import Entry
from training.data.errors import BadSize, CorruptCache, UnknownDataset, UnknownSplit

DATASETS: Mapping[str, Entry] = {entry.name: entry for entry in (mnist10k.ENTRY,)}


def find(name: str) -> Entry:
    """The entry called `name`."""
    if name in DATASETS:
        return DATASETS[name]
    raise UnknownDataset(f"no data set is called {name!r}; there are {', '.join(DATASETS)}")


def load(name: str, *, split: str = "train", size: int | None = None, root: Path | None = None) -> Dataset:
    """One split of a set as uint8 images, from the cache, made first where it is not there yet."""
    entry = find(name)
    if split not in entry.splits:
        raise UnknownSplit(f"{name} has the splits {', '.join(entry.splits)}, got {split!r}")
    return _cached(entry, split, entry.check_size(size), cache.data_root(root))


def _cached(entry: Entry, split: str, size: int, root: Path) -> Dataset:
    path = root / f"{entry.slug}-{size}px-v{entry.version}.npz"
    if path.is_file():
        try:
            return cache.read(path, split)
        except CorruptCache:
            path.unlink(missing_ok=True)
    with cache.lock(path):
        if not path.is_file():
            cache.write(path, entry.build(root, size))
    return cache.read(path, split)

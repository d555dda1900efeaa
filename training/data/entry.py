"""What the registry knows about a set before it is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from training.data.dataset import SPLITS, Dataset
from training.data.errors import BadSize, UnknownSplit

Build = Callable[[Path, int], Mapping[str, Dataset]]  # data folder, size in pixels -> every split


@dataclass(frozen=True)
class Entry:
    """One named set. `version` is part of the cached file's name: raise it whenever `build` changes what it makes."""

    name: str
    about: str
    licence: str
    build: Build
    size: int  # where the caller names none
    sizes: range | tuple[int, ...]
    version: int = 1
    stem: str = ""  # of the cached file, where the name itself will not do

    def file(self, size: int) -> str:
        """The cached file's name."""
        return f"{self.stem or self.name.replace(':', '+')}-{size}px-v{self.version}.npz"

    def check_size(self, size: int | None) -> int:
        """The size to make, the default where none is asked for."""
        if size is None:
            return self.size
        if size not in self.sizes:
            raise BadSize(f"{self.name} comes at {_words(self.sizes)} px, got {size}")
        return size

    def check_split(self, split: str) -> None:
        """Every set has train and test."""
        if split not in SPLITS:
            raise UnknownSplit(f"{self.name} has the splits {' and '.join(SPLITS)}, got {split!r}")


def _words(sizes: range | tuple[int, ...]) -> str:
    return f"{sizes[0]} to {sizes[-1]}" if isinstance(sizes, range) else " or ".join(map(str, sizes))

"""Images of the user's own: `folder:PATH`, `unpaired:PATH` and `paired:PATH`.

Decoded once: the cached file is named after the path and the sizes and times of all files below it, so a changed
folder is read again. Layouts (any depth below the last folder named):

    folder:    *.png, or one folder a class (its name is the label); in train/ and test/, or split by content
    unpaired:  trainA/ trainB/ testA/ testB/
    paired:    the same with equal names in A and B, or train/ and test/ (val/) of A|B side by side
"""

import hashlib
from functools import partial
from pathlib import Path

import numpy as np

from training.data.dataset import Dataset, Source
from training.data.digest import sha256_of
from training.data.entry import Build, Entry
from training.data.errors import BadLayout
from training.data.images import SUFFIXES, Picture, read_image, squared, stacked
from training.data.progress import progress
from training.data.splits import divided
from training.data.unpaired import FOLDERS, unpaired

SIZES = range(8, 513)
_TEST_SHARE = 0.1


def _source(kind: str, folder: Path, size: int) -> Source:
    return Source(
        title=f"images of {folder.name}",
        licence="the user's own",
        origin=f"{kind}:{folder.name}",
        obtained=f"read from a folder; centre square, bicubic to {size} px",
    )


def image_files(folder: Path) -> list[Path]:
    """Every image below `folder`, sorted."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())


def _pictures(folder: Path, below: Path, size: int) -> list[Picture]:
    files = image_files(folder)
    return [
        Picture(path.relative_to(below).as_posix(), squared(read_image(path), size))
        for path in progress(files, label=f"{folder.name}: read at {size} px", total=len(files))
    ]


def build_folder(folder: Path, _root: Path, size: int) -> dict[str, Dataset]:
    """train/ and test/ where the folder has them; else a tenth is test, chosen by each file's content."""
    given = (folder / "train").is_dir() and (folder / "test").is_dir()
    pictures = _pictures(folder, folder, size)
    if given:
        pictures = [one for one in pictures if one.key.partition("/")[0] in ("train", "test")]
    if len(pictures) < 2:
        raise BadLayout(f"{folder} has {len(pictures)} images; train and test need one each")
    inner = [one.key.partition("/")[2] if given else one.key for one in pictures]
    classes = [name.partition("/")[0] if "/" in name else "" for name in inner]
    names = tuple(sorted(set(classes)))
    labelled = "" not in names and len(names) > 1
    data = Dataset(
        name=f"folder:{folder.name}",
        images=stacked([one.image for one in pictures]),
        labels=np.array([names.index(one) for one in classes]) if labelled else None,
        label_names=names if labelled else (),
        keys=tuple(one.key for one in pictures),
        source=_source("folder", folder, size),
    )
    if given:
        test = np.array([one.key.startswith("test/") for one in pictures])
    else:
        test = _by_content([folder / one.key for one in pictures])
    return divided(data, (np.flatnonzero(~test), np.flatnonzero(test)))


def _by_content(files: list[Path]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Stays as it is when files are added; equal files are on one side."""
    shares = np.array([int(sha256_of(path)[:12], 16) / 16**12 for path in files])
    return np.asarray(shares <= max(_TEST_SHARE, shares.min()))


def build_unpaired(folder: Path, _root: Path, size: int) -> dict[str, Dataset]:
    """trainA and trainB, testA and testB."""
    pictures = {name: _pictures(folder / name, folder, size) for name in FOLDERS}
    return unpaired(f"unpaired:{folder.name}", pictures, _source("unpaired", folder, size))


def build_paired(folder: Path, _root: Path, size: int) -> dict[str, Dataset]:
    """Two folders a split with equal names, or one with both halves in each image."""
    splits = {"train": "train", "test": "test" if any(folder.glob("test*")) else "val"}
    halves = _matched if (folder / "trainA").is_dir() else _side_by_side
    return {split: _paired(split, folder, halves(folder, name, size), size) for split, name in splits.items()}


def _paired(split: str, folder: Path, pairs: list[tuple[Picture, Picture]], size: int) -> Dataset:
    if not pairs:
        raise BadLayout(f"{folder} has no pairs for {split}: it needs {split}A and {split}B, or {split} of A|B")
    both = stacked([one.image for pair in pairs for one in pair])
    return Dataset(
        name=f"paired:{folder.name}",
        split=split,
        images=both[::2],
        pairs=both[1::2],
        keys=tuple(a.key for a, _ in pairs),
        source=_source("paired", folder, size),
    )


def _matched(folder: Path, split: str, size: int) -> list[tuple[Picture, Picture]]:
    a, b = ({Path(one.key).stem: one for one in _pictures(folder / f"{split}{side}", folder, size)} for side in "AB")
    if alone := sorted(a.keys() ^ b.keys()):
        raise BadLayout(f"{folder}: {alone[0]} is only in one of {split}A and {split}B")
    return [(a[stem], b[stem]) for stem in sorted(a)]


def _side_by_side(folder: Path, split: str, size: int) -> list[tuple[Picture, Picture]]:
    found = []
    for path in image_files(folder / split):
        image = read_image(path)
        if image.width % 2 or image.width // 2 != image.height:
            raise BadLayout(f"{path} is {image.width}x{image.height}: A|B side by side is twice as wide as high")
        left, right = (image.crop((x, 0, x + image.height, image.height)) for x in (0, image.height))
        key = path.relative_to(folder).as_posix()
        found.append((Picture(key, squared(left, size)), Picture(key, squared(right, size))))
    return found


_BUILDERS = {"folder": build_folder, "unpaired": build_unpaired, "paired": build_paired}


def entry(kind: str, place: str) -> Entry:
    """The entry for a folder: `kind` is folder, unpaired or paired."""
    folder = Path(place).expanduser().resolve()
    if not folder.is_dir():
        raise BadLayout(f"{kind}:{place} is no folder")
    build: Build = partial(_BUILDERS[kind], folder)
    return Entry(
        name=f"{kind}:{place}",
        about=f"images in {folder}",
        licence="the user's own",
        build=build,
        size=64,
        sizes=SIZES,
        stem=f"{kind}-{_state(folder)}",
    )


def _state(folder: Path) -> str:
    listing = [f"{path} {(info := path.stat()).st_size} {info.st_mtime_ns}" for path in image_files(folder)]
    return hashlib.sha256("\n".join([str(folder), *listing]).encode()).hexdigest()[:16]

"""The cache: one file a data set, size and recipe version, under ZEROSUM_DATA.

A file is an npz without pickle: `<split>/<field>.npy` members and one `facts.json`. It appears whole or not at all
(temporary file, fsync, rename), and every read is checked against the CRCs of the zip container.
"""

import contextlib
import json
import os
import secrets
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from training.data.dataset import Dataset, Source
from training.data.errors import CacheNotWritable, CorruptCache, MissingPackage

_ARRAYS = ("images", "labels", "pairs", "masks", "other")


def data_root(root: Path | None = None) -> Path:
    """The folder of all cached data: `root`, else $ZEROSUM_DATA, else the platform's user cache folder."""
    if root is not None:
        return root
    if chosen := os.environ.get("ZEROSUM_DATA"):
        return Path(chosen).expanduser()
    try:
        from platformdirs import user_cache_path  # only here: a GPU host sets ZEROSUM_DATA and has no platformdirs
    except ImportError as error:
        raise MissingPackage("set ZEROSUM_DATA to the data folder, or pip install platformdirs") from error
    return user_cache_path("zerosum") / "data"


@contextlib.contextmanager
def atomic(path: Path) -> Iterator[BinaryIO]:
    """A binary file that takes the name `path` only once it is whole and on disk."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = temporary.open("xb")
    except OSError as error:
        raise not_writable(path, error) from error
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise not_writable(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def not_writable(path: Path, error: OSError) -> CacheNotWritable:
    """What a failed write means to a person."""
    reason = error.strerror or str(error)
    return CacheNotWritable(f"cannot write {path}: {reason}; free some space or point ZEROSUM_DATA at another folder")


@contextlib.contextmanager
def lock(path: Path) -> Iterator[None]:
    """Held by one process at a time: the others wait, then find the file made (two ranks of one training run)."""
    beside = path.with_name(f".{path.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = beside.open("ab")
    except OSError as error:
        raise not_writable(path, error) from error
    with file:
        if sys.platform != "win32":  # there two builders only do the work twice: the rename is atomic all the same
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write(path: Path, splits: Mapping[str, Dataset]) -> None:
    """Store every split of a set as one file."""
    facts = {"splits": {split: _facts(data) for split, data in splits.items()}}
    with atomic(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("facts.json", json.dumps(facts))
        for split, data in splits.items():
            for name, array in _arrays(data).items():
                with archive.open(f"{split}/{name}.npy", "w", force_zip64=True) as member:
                    np.lib.format.write_array(member, array, allow_pickle=False)


def _arrays(data: Dataset) -> dict[str, np.ndarray[Any, Any]]:
    fields = {name: getattr(data, name) for name in _ARRAYS}
    attributes = {f"attribute.{name}": codes for name, codes in data.attributes.items()}
    return {name: array for name, array in (fields | attributes).items() if array is not None}


def _facts(data: Dataset) -> dict[str, Any]:
    return {
        "name": data.name,
        "keys": data.keys,
        "other_keys": data.other_keys,
        "label_names": data.label_names,
        "mask_names": data.mask_names,
        "attribute_names": dict(data.attribute_names),
        "source": data.source.facts(),
    }


def read(path: Path, split: str) -> Dataset:
    """One split of a cached set; CorruptCache where the file is damaged or cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            facts = json.loads(archive.read("facts.json"))["splits"]
            if split not in facts:
                raise CorruptCache(f"{path} has no split {split!r}")
            arrays = {
                member.removeprefix(f"{split}/").removesuffix(".npy"): _array(archive, member)
                for member in archive.namelist()
                if member.startswith(f"{split}/")
            }
            return _dataset(facts[split], arrays, split)
    except (OSError, zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, EOFError) as error:
        raise CorruptCache(f"{path} is damaged ({error})") from error


def _array(archive: zipfile.ZipFile, member: str) -> np.ndarray[Any, Any]:
    with archive.open(member) as file:
        array: np.ndarray[Any, Any] = np.lib.format.read_array(file, allow_pickle=False)
        if file.read(1):  # also reaches the member's end, where zipfile compares the CRC
            raise ValueError(f"{member} has trailing bytes")
        return array


def _dataset(facts: dict[str, Any], arrays: dict[str, np.ndarray[Any, Any]], split: str) -> Dataset:
    return Dataset(
        name=facts["name"],
        split=split,
        keys=tuple(facts["keys"]),
        other_keys=tuple(facts["other_keys"]),
        label_names=tuple(facts["label_names"]),
        mask_names=tuple(facts["mask_names"]),
        attribute_names={name: tuple(values) for name, values in facts["attribute_names"].items()},
        attributes={
            name.removeprefix("attribute."): codes for name, codes in arrays.items() if name.startswith("attribute.")
        },
        source=Source(**facts["source"]),
        **{name: arrays.get(name) for name in _ARRAYS if name != "images"},
        images=arrays["images"],
    )

"""Arrays of the user's own: `npz:PATH`.

uint8 images as n h w, n h w c or n c h w. Either `images` (with `labels`, `pairs`, `masks` where there are any; a
tenth becomes test, chosen by content), or both splits by name: `x_train y_train x_test y_test` as Keras has them, or
`train_images train_labels test_images test_labels` as MedMNIST has them.
"""

import hashlib
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from training.data.dataset import Bytes, Dataset, Ints, Source
from training.data.digest import pixel_digests
from training.data.entry import Entry
from training.data.errors import BadLayout
from training.data.images import squared, stacked
from training.data.splits import divided

Array = np.ndarray[Any, np.dtype[Any]]
Arrays = dict[str, Array]
SIZES = range(8, 513)
_NAMED = (  # images and labels of train, then of test
    (("x_train", "y_train"), ("x_test", "y_test")),
    (("train_images", "train_labels"), ("test_images", "test_labels")),
)


def _read(path: Path) -> Arrays:
    try:
        with path.open("rb") as opened:
            loaded = np.load(opened, allow_pickle=False)
            if not isinstance(loaded, np.lib.npyio.NpzFile):
                raise BadLayout(f"{path} holds one array without a name (npy), no npz")
            return {name: loaded[name] for name in loaded.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise BadLayout(f"{path} is no readable npz file without pickle ({error})") from error


def _planes(array: Array, name: str) -> Bytes:
    """n c h w."""
    if array.dtype != np.uint8:
        raise BadLayout(f"{name} is {array.dtype}; images are uint8, 0 to 255")
    if array.ndim == 3:
        return array[:, None]
    if array.ndim == 4 and array.shape[1] not in (1, 3) and array.shape[3] in (1, 3):
        return np.ascontiguousarray(array.transpose(0, 3, 1, 2))
    if array.ndim == 4 and array.shape[1] in (1, 3):
        return array
    raise BadLayout(f"{name} has shape {array.shape}; images are n h w, n h w c or n c h w with 1 or 3 channels")


def _resized(images: Bytes, size: int) -> Bytes:
    if images.shape[2:] == (size, size):
        return images
    rows = images[:, 0] if images.shape[1] == 1 else images.transpose(0, 2, 3, 1)
    return stacked([squared(Image.fromarray(row), size) for row in rows])


def _labels(array: Array | None, n: int, name: str) -> Ints | None:
    if array is None:
        return None
    if array.size != n or array.dtype.kind not in "iu" or (n and array.min() < 0):
        raise BadLayout(f"{name} is {array.dtype} of shape {array.shape}; labels are {n} integers from 0")
    return array.reshape(-1).astype(np.int64)


def _masks(array: Array | None, images: Bytes) -> Bytes | None:
    if array is None:
        return None
    if array.dtype != np.uint8 or array.shape != (len(images), *images.shape[2:]):
        raise BadLayout(f"masks is {array.dtype} of shape {array.shape}; it holds one uint8 class a pixel of images")
    return array


def build(path: Path, _root: Path, size: int) -> dict[str, Dataset]:
    """Both splits; images of another size are cut to their centre square and resampled."""
    arrays = _read(path)
    for names in _NAMED:
        if all(images in arrays for images, _ in names):
            (train, train_y), (test, test_y) = names
            return {
                "train": _dataset(path, arrays, train, train_y, size, "train"),
                "test": _dataset(path, arrays, test, test_y, size, "test"),
            }
    data = _dataset(path, arrays, "images", "labels", size, "train")
    shares = np.array([int.from_bytes(digest[:6], "big") / 256**6 for digest in pixel_digests(data.images)])
    test_rows = shares <= max(0.1, shares.min())
    return divided(data, (np.flatnonzero(~test_rows), np.flatnonzero(test_rows)))


def _dataset(path: Path, arrays: Arrays, images: str, labels: str, size: int, split: str) -> Dataset:
    planes = _planes(arrays[images], images)
    codes = _labels(arrays.get(labels), len(planes), labels)
    whole = images == "images"
    masks = _masks(arrays.get("masks"), planes) if whole else None
    if masks is not None and planes.shape[2:] != (size, size):
        raise BadLayout(f"{path.name} has masks of {planes.shape[3]} px: they are not resampled to {size} px")
    return Dataset(
        name=f"npz:{path.name}",
        split=split,
        images=_resized(planes, size),
        labels=codes,
        label_names=() if codes is None else tuple(map(str, range(int(codes.max(initial=-1)) + 1))),
        pairs=_resized(_planes(arrays["pairs"], "pairs"), size) if whole and "pairs" in arrays else None,
        masks=masks,
        mask_names=() if masks is None else tuple(map(str, range(int(masks.max(initial=0)) + 1))),
        keys=tuple(f"{images}/{i}" for i in range(len(planes))),
        source=Source(
            title=f"arrays of {path.name}",
            licence="the user's own",
            origin=f"npz:{path.name}",
            obtained=f"read from an npz file at {size} px",
        ),
    )


def _native_size(path: Path) -> int:
    arrays = _read(path)
    for name in ("images", "x_train", "train_images"):
        if name in arrays:
            return int(_planes(arrays[name], name).shape[3])
    raise BadLayout(
        f"{path} has none of images, x_train and train_images; it has {', '.join(sorted(arrays)) or 'none'}"
    )


def entry(place: str) -> Entry:
    """The entry for an npz file."""
    path = Path(place).expanduser().resolve()
    if not path.is_file():
        raise BadLayout(f"npz:{place} is no file")
    info = path.stat()
    state = hashlib.sha256(f"{path} {info.st_size} {info.st_mtime_ns}".encode()).hexdigest()[:16]
    return Entry(
        name=f"npz:{place}",
        about=f"arrays in {path}",
        licence="the user's own",
        build=partial(build, path),
        size=_native_size(path),
        sizes=SIZES,
        stem=f"npz-{state}",
    )

"""textures: crops of three photographs (brick, grass, gravel) that scikit-image bundles.

CC0 textures, as scikit-image 0.18 and later ship them: 512 x 512, grey. Train crops come from columns 0..307, test
crops from columns 320..511, so that no pixel is in both.
"""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from training.data.dataset import Bytes, Dataset, Source
from training.data.entry import Entry
from training.data.errors import DigestMismatch, MissingPackage

LICENCE = "CC0 1.0"
NAMES = ("brick", "grass", "gravel")
COLUMNS = {"train": slice(0, 308), "test": slice(320, 512)}
SHA256 = {  # of the pixels, row by row
    "brick": "664a145c5253f0d66db1a12776785f0ea35a44cc7447ffc933f6d6118dc58643",
    "grass": "b18dae4c68bf850a7a7b28a29d1846c76be890665117b57fd125fe29c4d4ede6",
    "gravel": "3d51ad45f789cd8b98534b7af6bce774e499ead45421135afd757358c7230009",
}


def photographs() -> dict[str, Bytes]:
    """The three photographs, 512 x 512."""
    try:
        from skimage import data
    except ImportError as error:
        raise MissingPackage("textures needs the package scikit-image: pip install 'zerosum[train]'") from error
    pictures: dict[str, Bytes] = {name: getattr(data, name)() for name in NAMES}
    for name, picture in pictures.items():
        if (got := hashlib.sha256(picture.tobytes()).hexdigest()) != SHA256[name]:
            raise DigestMismatch(f"scikit-image's {name} has sha256 {got}, expected {SHA256[name]}")
    return pictures


def build(_root: Path, size: int) -> dict[str, Dataset]:
    """Crops a quarter of their size apart; the test part is three eighths of each photograph."""
    pictures = photographs()
    return {split: _crops(pictures, split, size) for split in COLUMNS}


def source(size: int) -> Source:
    """Where the photographs come from."""
    return Source(
        title="Three texture photographs",
        licence=LICENCE,
        origin="PyPI scikit-image (skimage.data.brick, grass, gravel)",
        obtained=f"{size} px crops",
        citation="van der Walt et al. 2014, scikit-image: image processing in Python",
        sha256={f"{name} (pixels)": digest for name, digest in SHA256.items()},
    )


def _crops(pictures: dict[str, Bytes], split: str, size: int) -> Dataset:
    step, left = size // 4, COLUMNS[split].start
    images: list[Bytes] = []
    keys: list[str] = []
    labels: list[int] = []
    for label, name in enumerate(NAMES):
        windows = sliding_window_view(pictures[name][:, COLUMNS[split]], (size, size))[::step, ::step]
        rows, columns = windows.shape[:2]
        images.append(windows.reshape(-1, 1, size, size))
        keys += [f"{name}/{y * step},{left + x * step}" for y in range(rows) for x in range(columns)]
        labels += [label] * (rows * columns)
    return Dataset(
        name="textures",
        split=split,
        images=np.ascontiguousarray(np.concatenate(images)),
        labels=np.array(labels),
        label_names=NAMES,
        keys=tuple(keys),
        source=replace(
            source(size),
            obtained=f"{size} px crops every {step} px; train from columns 0-307, test from columns 320-511",
        ),
    )


ENTRY = Entry(
    name="textures",
    about="crops of three photographs of brick, grass and gravel; grey, 3 classes",
    licence=LICENCE,
    build=build,
    size=64,
    sizes=range(16, 129),
)

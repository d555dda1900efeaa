"""A data set and recipes small enough for tests: stripes of ten widths as digits."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from training.data import Dataset, Source
from training.recipe import RecipeSpec

SOURCE = Source(title="stripes", licence="CC0-1.0", origin="the test", obtained="drawn by the test")


def stripes(n: int = 64, *, seed: int = 0) -> Dataset:
    """n grey 28x28 images; the label is the phase of the stripes."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 10
    images = rng.integers(0, 64, (n, 1, 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[0, label::10] = 255
    names = tuple(str(digit) for digit in range(10))
    return Dataset("stripes", images, tuple(str(i) for i in range(n)), SOURCE, labels=labels, label_names=names)


def faces(n: int = 64, *, seed: int = 0) -> Dataset:
    """n RGB 64x64 images with two attributes, one for each half."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 64, (n, 3, 64, 64), dtype=np.uint8)
    hair, mouth = np.arange(n) % 3, np.arange(n) // 3 % 2
    for image, above, below in zip(images, hair, mouth, strict=True):
        image[above, :32] = 255
        image[below, 32:] = 255
    return Dataset(
        "faces",
        images,
        tuple(str(i) for i in range(n)),
        SOURCE,
        attributes={"hair": hair, "mouth": mouth},
        attribute_names={"hair": ("red", "green", "blue"), "mouth": ("smile", "frown")},
    )


def drawings(n: int = 40, *, size: int = 32, seed: int = 0) -> Dataset:
    """n RGB images with a disc (class 1) in a ring (class 2) on white, their masks, and the rings alone as pairs."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size]
    images = np.full((n, 3, size, size), 255, dtype=np.uint8)
    lines, masks = images.copy(), np.zeros((n, size, size), dtype=np.uint8)
    for image, line, mask in zip(images, lines, masks, strict=True):
        radius, (cy, cx) = rng.uniform(size / 6, size / 3), rng.uniform(size / 3, 2 * size / 3, 2)
        distance = np.hypot(y - cy, x - cx)
        mask[distance < radius] = 2
        mask[distance < radius - 2] = 1
        image[:, mask == 1] = rng.integers(60, 230, (3, 1))
        image[:, mask == 2] = 0
        line[:, mask == 2] = 0
    keys = tuple(str(i) for i in range(n))
    return Dataset("drawings", images, keys, SOURCE, masks=masks, mask_names=("ground", "colour", "line"), pairs=lines)


def fitting(spec: RecipeSpec) -> Dataset:
    """The stand-in for what a recipe learns from."""
    if spec.family == "cyclegan":
        return replace(drawings(), pairs=None, other=drawings(30, seed=1).pairs, other_keys=tuple(map(str, range(30))))
    if spec.family in ("unet", "pix2pix"):
        return drawings()
    return faces() if spec.data.startswith("avatars-") else stripes()


def stripes_npz(folder: Path) -> Path:
    """The same as a file for `--data npz:PATH`."""
    data = stripes(200)
    path = folder / "stripes.npz"
    assert data.labels is not None
    np.savez(path, images=data.images, labels=data.labels)
    return path

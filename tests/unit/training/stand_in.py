"""A data set and recipes small enough for tests: stripes of ten widths as digits."""

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


def fitting(spec: RecipeSpec) -> Dataset:
    """The stand-in for what a recipe learns from."""
    return faces() if spec.data.startswith("avatars-") else stripes()


def stripes_npz(folder: Path) -> Path:
    """The same as a file for `--data npz:PATH`."""
    data = stripes(200)
    path = folder / "stripes.npz"
    assert data.labels is not None
    np.savez(path, images=data.images, labels=data.labels)
    return path

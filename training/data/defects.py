"""Defects drawn into a grey texture, each with the pixels that it touches: foreign patch, scratch, stain, blur.

All take a crop as floats in 0..255 and a generator, and give the changed crop and a mask. Sizes are for 64 px and grow
with the crop.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float64]  # h w, 0..255
Mask = NDArray[np.bool_]  # h w
Draw = np.random.Generator
Spoiled = tuple[Grey, Mask]


def ellipse(size: int, random: Draw, *, radii: tuple[float, float]) -> Grey:
    """At each pixel the distance to the centre of a random ellipse within the crop, 1 at its border."""
    a, b = random.uniform(*radii, 2) * size / 64
    reach = max(a, b)
    cy, cx = random.uniform(reach, size - reach, 2)
    angle = random.uniform(0, np.pi)
    y, x = np.mgrid[:size, :size] - np.array([cy, cx])[:, None, None]
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    distance: Grey = np.hypot(u / a, v / b)
    return distance


def foreign(crop: Grey, other: Grey, random: Draw) -> Spoiled:
    """A part of another texture."""
    mask = ellipse(len(crop), random, radii=(6, 11)) < 1
    return np.where(mask, other, crop), mask


def scratch(crop: Grey, other: Grey, random: Draw) -> Spoiled:  # noqa: ARG001 - all defects are called alike
    """A straight line, two pixels wide, 50 to 90 levels darker or brighter."""
    size = len(crop)
    half, angle = random.uniform(10, 20) * size / 64, random.uniform(0, np.pi)
    cy, cx = random.uniform(half, size - half, 2)
    y, x = np.mgrid[:size, :size] - np.array([cy, cx])[:, None, None]
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    mask = (np.abs(along) <= half) & (np.abs(across) <= size / 64)
    step = random.uniform(50, 90) * random.choice([-1, 1])
    return np.clip(crop + step * mask, 0, 255), mask


def stain(crop: Grey, other: Grey, random: Draw) -> Spoiled:  # noqa: ARG001
    """Darker by 25 to 45 %, with a soft border."""
    distance = ellipse(len(crop), random, radii=(6, 12))
    cover = np.clip((1 - distance) / 0.3, 0, 1)
    return crop * (1 - random.uniform(0.25, 0.45) * cover), distance < 1


def blur(crop: Grey, other: Grey, random: Draw) -> Spoiled:  # noqa: ARG001
    """A Gaussian of 2 px: what is left is smoother than any normal texture."""
    mask = ellipse(len(crop), random, radii=(8, 13)) < 1
    return np.where(mask, smoothed(crop, sigma=2 * len(crop) / 64), crop), mask


def smoothed(crop: Grey, *, sigma: float) -> Grey:
    """A Gaussian filter, mirrored at the border."""
    reach = int(3 * sigma + 0.5)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    for axis in (0, 1):
        padded = np.pad(crop, [(reach, reach) if each == axis else (0, 0) for each in (0, 1)], mode="symmetric")
        crop = np.apply_along_axis(np.convolve, axis, padded, kernel, mode="valid")
    return crop


DEFECTS: Mapping[str, Callable[[Grey, Grey, Draw], Spoiled]] = {
    "foreign": foreign,
    "scratch": scratch,
    "stain": stain,
    "blur": blur,
}

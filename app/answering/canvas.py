"""Images of different sizes on one sheet."""

from collections.abc import Sequence

import numpy as np

from app import codec


def on_one_canvas(images: Sequence[codec.Pixels]) -> codec.Pixels:
    """h w c: a single image as it is; several in a grid whose cells are as large as the largest, zero around them."""
    height, width = (max(image.shape[axis] for image in images) for axis in (0, 1))
    cells = np.zeros((len(images), height, width, images[0].shape[2]), np.uint8)
    for cell, image in zip(cells, images, strict=True):
        cell[: image.shape[0], : image.shape[1]] = image
    sheet: codec.Pixels = codec.grid(cells, columns=codec.square(len(images)))[0]
    return sheet

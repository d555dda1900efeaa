"""What the 28 px sets (MNIST and Fashion-MNIST) share."""

import numpy as np

from training.data.dataset import Bytes

DIGITS = tuple("0123456789")


def padded(images: Bytes, size: int) -> Bytes:
    """28 px as they are; 32 px with two black pixels around, so that no byte of a digit changes."""
    border = (size - 28) // 2
    return np.pad(images, ((0, 0), (0, 0), (border, border), (border, border)))

"""Bytes to image tensors and back; the only Pillow in app."""

from app.codec.bundles import archive, document, npy
from app.codec.gif import gif
from app.codec.pixels import Pixels, grid, square, to_uint8
from app.codec.png import ENCODER, pngs
from app.codec.reading import read

__all__ = [
    "ENCODER",
    "Pixels",
    "archive",
    "document",
    "gif",
    "grid",
    "npy",
    "pngs",
    "read",
    "square",
    "to_uint8",
]

"""Bytes to image tensors and back; the only Pillow in app."""

from app.codec.bundles import archive, document, npy
from app.codec.gif import gif
from app.codec.pixels import Pixels, grid, square, to_uint8
from app.codec.png import ENCODER, pngs
from app.codec.reading import Fit, centred, exact, read, stretched

__all__ = [
    "ENCODER",
    "Fit",
    "Pixels",
    "archive",
    "centred",
    "document",
    "exact",
    "gif",
    "grid",
    "npy",
    "pngs",
    "read",
    "square",
    "stretched",
    "to_uint8",
]

"""Bytes to image tensors and back; the only Pillow in app."""

from app.codec.bundles import archive, document, npy
from app.codec.gif import gif
from app.codec.pixels import Pixels, grid, square, to_uint8
from app.codec.png import ENCODER, indexed, pngs
from app.codec.reading import Fit, centred, exact, read, size_of, stretched, whole

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
    "indexed",
    "npy",
    "pngs",
    "read",
    "size_of",
    "square",
    "stretched",
    "to_uint8",
    "whole",
]

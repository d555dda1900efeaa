"""Bytes to image tensors and back; the only Pillow in app."""

from app.codec.bundles import archive, base64_of, document, npy
from app.codec.gif import gif
from app.codec.pixels import Pixels, grid, square, to_uint8
from app.codec.png import ENCODER, indexed, pngs
from app.codec.reading import Fit, centred, exact, read, scaled_down, size_of, stretched, whole

__all__ = [
    "ENCODER",
    "Fit",
    "Pixels",
    "archive",
    "base64_of",
    "centred",
    "document",
    "exact",
    "gif",
    "grid",
    "indexed",
    "npy",
    "pngs",
    "read",
    "scaled_down",
    "size_of",
    "square",
    "stretched",
    "to_uint8",
    "whole",
]

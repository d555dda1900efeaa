import importlib
import io
import sys
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from app import codec
from app.codec import png

pixels = arrays.arrays(
    np.uint8, st.tuples(st.integers(1, 3), st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 3]))
)


def read(data: bytes) -> codec.Pixels:
    """What Pillow sees, h w c."""
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.format == "PNG"
        channels = {"L": 1, "RGB": 3}[image.mode]
        return np.asarray(image).reshape(image.height, image.width, channels)


@given(images=pixels)
def test_pillow_reads_every_pixel_as_it_was(images: codec.Pixels) -> None:
    for data, image in zip(codec.pngs(images), images, strict=True):
        assert np.array_equal(read(data), image)


@given(images=pixels)
def test_every_chunk_has_its_checksum(images: codec.Pixels) -> None:
    data = codec.pngs(images)[0][8:]
    kinds = []
    while data:
        length = int.from_bytes(data[:4], "big")
        body, checksum = data[4 : 8 + length], data[8 + length : 12 + length]
        assert zlib.crc32(body) == int.from_bytes(checksum, "big")
        kinds.append(body[:4])
        data = data[12 + length :]
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]


def test_rows_that_are_not_contiguous_are_written_too() -> None:
    images = np.arange(2 * 6 * 6 * 3, dtype=np.uint8).reshape(2, 6, 6, 3)[:, ::2, 1:4]
    assert np.array_equal(read(codec.pngs(images)[1]), images[1])


def test_without_isal_zlib_writes_the_same_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    image = np.random.default_rng(0).integers(0, 256, (1, 20, 30, 3), np.uint8)
    assert png.ENCODER == "isal"
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "isal.isal_zlib", None)
        plain: Any = importlib.reload(png)
        assert plain.ENCODER == "zlib"
        assert np.array_equal(read(plain.pngs(image)[0]), image[0])
    importlib.reload(png)
    assert png.ENCODER == "isal"


@given(image=arrays.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 3)))
def test_an_indexed_png_keeps_its_indices_and_its_palette(image: Any) -> None:
    palette = np.array([[255, 255, 255], [200, 0, 0], [0, 200, 0], [0, 0, 0]], np.uint8)
    (data,) = codec.indexed(image[None], palette)
    with Image.open(io.BytesIO(data)) as mask:
        assert mask.mode == "P"
        assert np.array_equal(np.asarray(mask), image)
        assert np.array_equal(np.asarray(mask.convert("RGB")), palette[image])

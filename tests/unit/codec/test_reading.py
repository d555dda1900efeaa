"""Real files of every kind: each is converted, or refused by a sentence."""

import io
import struct
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app import codec
from app.codec.png import chunk
from app.errors import ImageSizeWrong, ImageTooLarge, ImageUnreadable
from models.card import ImageSpec
from models.tensors import Images

WIDE, HIGH = 6, 4
LEVELS = np.random.default_rng(0).integers(0, 256, (HIGH, WIDE), np.uint8)
COLOURS = np.random.default_rng(1).integers(0, 256, (HIGH, WIDE, 3), np.uint8)


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """A file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def read(data: bytes, *, channels: Any = 1, size: tuple[int, int] = (WIDE, HIGH), resize: bool = False) -> Images:
    """What a model of this size gets."""
    spec = ImageSpec(width=size[0], height=size[1], channels=channels)
    return codec.read(data, spec, max_pixels=1000, fit=codec.stretched if resize else codec.exact)


def grey() -> Image.Image:
    return Image.fromarray(LEVELS)


def colour() -> Image.Image:
    return Image.fromarray(COLOURS)


def test_grey_is_read_level_by_level() -> None:
    x = read(saved(grey()))
    assert (x.shape, x.dtype) == ((1, 1, HIGH, WIDE), torch.float32)
    assert np.array_equal(codec.to_uint8(x)[0, ..., 0].numpy(), LEVELS)


def test_colours_are_read_in_the_order_of_channels() -> None:
    x = read(saved(colour()), channels=3)
    assert np.array_equal(codec.to_uint8(x)[0].numpy(), COLOURS)


def test_grey_serves_a_model_of_colours_and_colours_one_of_grey() -> None:
    three = read(saved(grey()), channels=3)
    assert torch.equal(three[:, 0], three[:, 2])
    weights = np.array([0.299, 0.587, 0.114])  # ITU-R 601
    assert read(saved(colour()))[0, 0].numpy() == pytest.approx(COLOURS @ weights / 255, abs=1 / 255)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "WEBP"])
def test_every_format_without_loss_is_read_alike(kind: str) -> None:
    data = saved(grey(), kind, **({"lossless": True} if kind == "WEBP" else {}))
    assert torch.equal(read(data), read(saved(grey())))


def test_a_jpeg_is_read() -> None:
    flat = Image.new("L", (WIDE, HIGH), 100)
    assert read(saved(flat, "JPEG")).mean().item() == pytest.approx(100 / 255, abs=0.01)


def test_sixteen_bits_are_rounded_to_eight() -> None:
    levels = np.linspace(0, 65535, WIDE * HIGH).astype(np.uint16).reshape(HIGH, WIDE)
    x = read(saved(Image.fromarray(levels)))
    assert x[0, 0].numpy() == pytest.approx(levels / 65535, abs=0.5 / 255 + 1e-6)
    assert (x.min().item(), x.max().item()) == (0, 1)


def test_one_bit_is_black_and_white() -> None:
    bits = grey().convert("1")
    assert np.array_equal(read(saved(bits))[0, 0].numpy(), np.asarray(bits, np.float32))


def test_a_palette_is_looked_up() -> None:
    image = Image.new("P", (WIDE, HIGH), 1)
    image.putpalette([0, 0, 0, 10, 200, 30])
    x = codec.to_uint8(read(saved(image), channels=3))
    assert x[0, 0, 0].tolist() == [10, 200, 30]


def test_cmyk_is_converted() -> None:
    x = read(saved(Image.new("CMYK", (WIDE, HIGH), (0, 255, 255, 0)), "JPEG"), channels=3)
    assert codec.to_uint8(x)[0, 0, 0].tolist() == pytest.approx([255, 0, 0], abs=3)


def test_a_photograph_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    sideways = saved(grey(), exif=exif)
    assert np.array_equal(codec.to_uint8(read(sideways, size=(HIGH, WIDE)))[0, ..., 0].numpy(), np.rot90(LEVELS, -1))


def test_an_alpha_channel_that_hides_nothing_is_dropped() -> None:
    for image, channels in ((grey().convert("LA"), 1), (colour().convert("RGBA"), 3)):
        plain = saved(grey() if channels == 1 else colour())
        assert torch.equal(read(saved(image), channels=channels), read(plain, channels=channels))


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_a_transparent_image_is_refused(mode: str) -> None:
    image = grey().convert(mode)
    image.putalpha(128)
    with pytest.raises(ImageUnreadable, match="transparent in places; put it on the background"):
        read(saved(image))


def test_a_palette_with_a_transparent_colour_is_refused() -> None:
    with pytest.raises(ImageUnreadable, match="transparent in places"):
        read(saved(Image.new("P", (WIDE, HIGH), 0), "GIF", transparency=0))


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_an_animation_is_refused(kind: str) -> None:
    with pytest.raises(ImageUnreadable, match="animated; send one of its frames"):
        read(saved(grey(), kind, save_all=True, append_images=[Image.new("L", (WIDE, HIGH))]))


def test_the_wrong_size_is_refused_unless_it_may_be_resized() -> None:
    with pytest.raises(ImageSizeWrong, match="the model takes 3x2, the image is 6x4; resize=true makes it fit"):
        read(saved(grey()), size=(3, 2))
    flat = read(saved(Image.new("L", (WIDE, HIGH), 77)), size=(3, 2), resize=True)
    assert codec.to_uint8(flat).flatten().tolist() == [77] * 6


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    size = struct.pack(">2I5B", 20_000, 20_000, 8, 0, 0, 0, 0)  # more than Pillow itself would open
    vast = saved(grey())[:8] + chunk(b"IHDR", size) + chunk(b"IDAT", b"")
    with pytest.raises(ImageTooLarge, match="an image may have 1000 pixels, this one has 20000x20000"):
        read(vast, resize=True)


@pytest.mark.parametrize(
    "data",
    [b"", b"no image", b"<svg xmlns='http://www.w3.org/2000/svg'/>", saved(grey())[:60], saved(grey(), "TIFF")],
    ids=["empty", "text", "svg", "half", "tiff"],
)
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(ImageUnreadable, match="the image is no PNG, JPEG, WEBP, GIF, BMP that can be read"):
        read(data)


FILES = [saved(colour(), kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP")]


@settings(max_examples=300)
@given(file=st.sampled_from(FILES), changes=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=8))
def test_a_broken_file_is_read_or_refused_but_never_fails(file: bytes, changes: list[tuple[int, int]]) -> None:
    data = bytearray(file)
    for place, value in changes:
        data[place % len(data)] = value
    try:
        x = read(bytes(data), channels=3, resize=True)
    except (ImageUnreadable, ImageTooLarge):
        return
    assert (x.shape, bool(torch.isfinite(x).all())) == ((1, 3, HIGH, WIDE), True)

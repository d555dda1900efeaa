"""Image files: upright, plain, bounded, and named when they are none."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.unit.data.standins import png
from training.data import images
from training.data.errors import BadLayout
from training.data.images import decoded, read_image, squared, stacked


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def test_transparency_becomes_white() -> None:
    clear = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    assert decoded(encoded(clear), "clear").getpixel((0, 0)) == (255, 255, 255)
    palette = Image.new("P", (4, 4))
    assert decoded(encoded(palette, transparency=0), "palette").getpixel((0, 0)) == (255, 255, 255)


def test_grey_stays_grey_and_16_bits_become_8() -> None:
    assert decoded(png(mode="L"), "grey").mode == "L"
    deep = Image.fromarray(np.array([[0, 256 * 77, 65_535]], np.uint16))
    assert np.asarray(decoded(encoded(deep), "deep")).tolist() == [[0, 77, 255]]


def test_a_photograph_is_turned_upright() -> None:
    turned = Image.new("RGB", (4, 2))
    turned.putpixel((0, 0), (255, 255, 255))
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn clockwise to see it upright
    upright = decoded(encoded(turned, exif=exif), "photograph")
    assert upright.size == (2, 4)
    assert upright.getpixel((1, 0)) == (255, 255, 255)


@pytest.mark.parametrize("content", [b"", b"text", png()[:40], png()[:-30]])
def test_what_is_no_image_is_named(content: bytes) -> None:
    with pytest.raises(BadLayout, match=r"a\.png is no readable image"):
        decoded(content, "a.png")


def test_too_many_pixels_are_refused_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 63)
    with pytest.raises(BadLayout, match=r"a\.png has 8x8 pixels, more than 63"):
        decoded(png(8), "a.png")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadLayout, match=r"cannot read .*none\.png: No such file"):
        read_image(tmp_path / "none.png")


def test_the_centre_square_is_kept() -> None:
    wide = Image.new("RGB", (12, 4))
    wide.paste((255, 255, 255), (4, 0, 8, 4))
    assert np.asarray(squared(wide, 4)).min() == 255
    same = Image.new("L", (4, 4))
    assert squared(same, 4) is same


def test_a_stack_is_grey_only_if_all_are() -> None:
    grey, rgb = Image.new("L", (4, 4)), Image.new("RGB", (4, 4))
    assert stacked([grey, grey]).shape == (2, 1, 4, 4)
    assert stacked([grey, rgb]).shape == (2, 3, 4, 4)

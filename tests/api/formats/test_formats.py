"""Files as other programs write them, sent to a translator and to a segmenter: read, or refused by a sentence."""

import io
import struct
import zlib
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from tests.api.steering import PIX2PIX, UNET, refused, saved, show

pytestmark = pytest.mark.asyncio(loop_scope="module")
FILES = Path(__file__).with_name("files")
ENDPOINTS = [("/v1/translate", PIX2PIX), ("/v1/segment", UNET)]


def sixteen(levels: NDArray[np.uint16]) -> bytes:
    """h w 3 as a PNG of sixteen bits a channel, which Pillow writes for grey alone."""
    h, w, _ = levels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in levels)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", w, h, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


COLOURS = np.random.default_rng(0).integers(0, 65536, (40, 30, 3), np.uint16)


def inks(data: bytes) -> Image.Image:
    """Photoshop's inverted levels, mixed by hand: what an ink and black leave of white."""
    with Image.open(io.BytesIO(data)) as file:
        left = 255 - np.asarray(file).astype(np.int64)
    mixed = left[..., :3] * left[..., 3:] / 255
    return Image.fromarray(np.rint(mixed).astype(np.uint8))


def stood_up(data: bytes) -> Image.Image:
    """A quarter turn by hand."""
    with Image.open(io.BytesIO(data)) as file:
        return file.convert("RGB").transpose(Image.Transpose.ROTATE_270)


def shown(data: bytes) -> Image.Image:
    """As RGB."""
    with Image.open(io.BytesIO(data)) as file:
        return file.convert("RGB")


def opaque() -> bytes:
    image = shown((FILES / "palette.png").read_bytes()).convert("RGBA")
    return saved(image)


READ = {  # the file, and the same picture in eight bits of RGB
    "grey": ((FILES / "grey.jpg").read_bytes(), shown),
    "palette": ((FILES / "palette.png").read_bytes(), shown),
    "lying": ((FILES / "lying.jpg").read_bytes(), stood_up),
    "cmyk": ((FILES / "cmyk.jpg").read_bytes(), inks),
    "sixteen bits of colour": (sixteen(COLOURS), lambda _: Image.fromarray((COLOURS >> 8).astype(np.uint8))),
    "opaque alpha": (opaque(), lambda _: shown((FILES / "palette.png").read_bytes())),
}
FRAMES = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
REFUSED = {
    "alpha": ((FILES / "alpha.png").read_bytes(), "transparent in places; put it on the background that you mean"),
    "palette with a transparent colour": ((FILES / "palette-transparent.png").read_bytes(), "transparent in places"),
    "sixteen bits, one level transparent": ((FILES / "sixteen-transparent.png").read_bytes(), "transparent in places"),
    "moving gif": ((FILES / "moving.gif").read_bytes(), "the image is animated; send one of its frames"),
    "moving png": ((FILES / "moving.png").read_bytes(), "the image is animated; send one of its frames"),
    "moving webp": (saved(FRAMES[0], "WEBP", save_all=True, append_images=FRAMES[1:]), "the image is animated"),
}


@pytest.mark.parametrize(("path", "model"), ENDPOINTS)
@pytest.mark.parametrize("kind", READ)
async def test_what_shows_one_picture_is_answered_like_that_picture(
    client: httpx.AsyncClient, kind: str, path: str, model: str
) -> None:
    data, plainly = READ[kind]
    answers = [
        await show(client, path, file, model=model, fit="tile", accept="image/png")
        for file in (data, saved(plainly(data)))
    ]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    one, other = (np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB")).astype(int) for answer in answers)
    assert one.shape == other.shape
    if path == "/v1/translate":
        assert np.abs(one - other).max() <= 4  # inks are mixed with other roundings
    else:
        assert (one != other).mean() < 0.02


@pytest.mark.parametrize(("path", "model"), ENDPOINTS)
@pytest.mark.parametrize("kind", REFUSED)
async def test_what_is_no_single_opaque_picture_is_refused_by_a_sentence(
    client: httpx.AsyncClient, kind: str, path: str, model: str
) -> None:
    data, sentence = REFUSED[kind]
    refused(await show(client, path, data, model=model, fit="tile"), "image-unreadable", sentence)


async def test_the_files_are_what_their_names_say() -> None:
    with Image.open(FILES / "lying.jpg") as lying, Image.open(FILES / "cmyk.jpg") as cmyk:
        assert lying.getexif()[274] == 6
        assert ImageOps.exif_transpose(lying).tobytes() != lying.tobytes()
        assert cmyk.mode == "CMYK"
        assert "adobe" in cmyk.info

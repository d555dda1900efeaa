"""Masks of images of any size."""

import base64
import io
import zipfile
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.api.steering import AAE, PARTS, UNET, digit, refused, saved, show

pytestmark = pytest.mark.asyncio(loop_scope="module")
SEGMENT = "/v1/segment"


def colours(width: int = 32, height: int = 32, seed: int = 0) -> bytes:
    """A PNG of noise in colours."""
    levels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return saved(Image.fromarray(levels))


async def facts(client: httpx.AsyncClient, *files: bytes, **fields: str) -> dict[str, Any]:
    answer = await show(client, SEGMENT, *files, model=UNET, **fields)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def opened(data: bytes | str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data) if isinstance(data, str) else data))


async def test_a_mask_is_a_png_with_a_palette(client: httpx.AsyncClient) -> None:
    answer = await show(client, SEGMENT, colours(), model=UNET, accept="image/png")
    assert answer.headers["x-zerosum-fit"] == "exact"
    mask = opened(answer.content)
    assert (mask.mode, mask.size) == ("P", (32, 32))
    assert np.asarray(mask).max() < len(PARTS)
    told = await facts(client, colours())
    palette = np.array(mask.getpalette()).reshape(-1, 3)[: len(PARTS)]
    assert [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in palette.tolist()] == told["palette"]


async def test_fractions_are_those_of_the_mask(client: httpx.AsyncClient) -> None:
    told = await facts(client, colours(), colours(seed=1))
    assert told["labels"] == list(PARTS)
    for fractions, image in zip(told["fractions"], told["images"], strict=True):
        counts = np.bincount(np.asarray(opened(image)).ravel(), minlength=3) / 32**2
        assert [fractions[name] for name in PARTS] == pytest.approx(counts.tolist())


async def test_an_overlay_is_half_the_image_and_half_its_classes(client: httpx.AsyncClient) -> None:
    file = colours()
    told, bare = await facts(client, file, overlay="true"), await facts(client, file)
    over, mask = opened(told["images"][0]), np.asarray(opened(bare["images"][0]))
    palette = np.array([[int(word[i : i + 2], 16) for i in (1, 3, 5)] for word in bare["palette"]])
    assert over.mode == "RGB"
    assert np.array_equal(np.asarray(over), (np.asarray(opened(file)).astype(int) + palette[mask]) // 2)


@pytest.mark.parametrize(("fit", "size"), [("tile", (50, 21)), ("pad", (32, 13)), ("resize", (32, 32))])
async def test_an_image_of_another_size_is_made_to_fit_when_asked(
    client: httpx.AsyncClient, fit: str, size: tuple[int, int]
) -> None:
    told = await facts(client, colours(50, 21), fit=fit)
    assert told["sizes"] == [list(size)]
    assert opened(told["images"][0]).size == size
    assert told["fit"] == fit


async def test_a_mask_does_not_depend_on_what_else_was_sent(client: httpx.AsyncClient) -> None:
    alone = await facts(client, colours(40, 70), fit="tile")
    among = await facts(client, colours(seed=5), colours(40, 70), digit(), fit="tile")
    assert among["images"][1] == alone["images"][0]


async def test_several_masks_are_one_sheet_or_an_archive(client: httpx.AsyncClient) -> None:
    files = [colours(), colours(20, 48)]
    sheet = await show(client, SEGMENT, *files, model=UNET, fit="tile", accept="image/png")
    assert opened(sheet.content).size == (2 * 34 - 2, 48)
    packed = await show(client, SEGMENT, *files, model=UNET, fit="tile", accept="application/zip")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.namelist() == ["0000.png", "0001.png", "facts.json"]
        assert opened(archive.read("0001.png")).size == (20, 48)


async def test_equal_requests_have_one_etag(client: httpx.AsyncClient) -> None:
    first, again, other = [
        await show(client, SEGMENT, colours(), model=UNET, overlay=overlay) for overlay in ("true", "true", "false")
    ]
    assert first.headers["etag"] == again.headers["etag"] != other.headers["etag"]


def palette_image() -> Image.Image:
    return Image.open(io.BytesIO(colours())).quantize(8)


def turned() -> bytes:
    exif = Image.Exif()
    exif[274] = 6  # lies on its side
    return saved(Image.open(io.BytesIO(colours(20, 48))), "JPEG", exif=exif)


@pytest.mark.parametrize(
    "file",
    [
        saved(palette_image()),
        saved(Image.open(io.BytesIO(colours())).convert("CMYK"), "JPEG"),
        saved(Image.fromarray(np.arange(1024, dtype=np.uint16).reshape(32, 32) * 60)),
        digit(size=(32, 32)),
        saved(Image.open(io.BytesIO(colours())).convert("1")),
        saved(Image.open(io.BytesIO(colours())).convert("RGBA")),  # opaque
    ],
    ids=["palette", "cmyk", "16-bit", "grey", "bilevel", "opaque-alpha"],
)
async def test_whatever_shows_one_picture_is_read(client: httpx.AsyncClient, file: bytes) -> None:
    assert (await facts(client, file))["sizes"] == [[32, 32]]


async def test_a_photograph_on_its_side_is_stood_up(client: httpx.AsyncClient) -> None:
    assert (await facts(client, turned(), fit="tile"))["sizes"] == [[48, 20]]


async def test_what_is_no_single_opaque_picture_is_refused(client: httpx.AsyncClient) -> None:
    glass = Image.open(io.BytesIO(colours())).convert("RGBA")
    glass.putalpha(100)
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    moving = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    for file, sentence in (
        (saved(glass), "transparent in places"),
        (moving, "the image is animated"),
        (b"no image", "no PNG, JPEG"),
        (colours()[:60], "no PNG, JPEG"),
    ):
        refused(await show(client, SEGMENT, file, model=UNET), "image-unreadable", sentence)


async def test_sizes_frames_and_models_are_bounded_by_sentences(client: httpx.AsyncClient) -> None:
    refused(await show(client, SEGMENT, colours(20, 48), model=UNET), "image-size-wrong", "the model takes 32x32")
    refused(
        await show(client, SEGMENT, colours(24 * 32, 24 * 60), model=UNET, fit="tile"),
        "too-many-images",
        "the number of frames that cover the images is",
    )
    answer = await show(client, SEGMENT, digit(), model=AAE)
    assert (answer.status_code, answer.json()["type"]) == (422, "/docs/problems/capability-missing")
    answer = await show(client, SEGMENT, digit(), model=UNET, fit="shrink")
    assert answer.status_code == 422

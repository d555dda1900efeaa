"""Images translated, and back again."""

import io
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from benchmarks.client import MARK
from benchmarks.requests import request_of
from models.checkpoint import load
from tests.api.segmentation.test_segment import colours, opened
from tests.api.steering import AAE, CYCLEGAN, PIX2PIX, digit, refused, show

pytestmark = pytest.mark.asyncio(loop_scope="module")
TRANSLATE = "/v1/translate"


async def test_an_image_is_translated_in_the_first_direction_by_default(client: httpx.AsyncClient) -> None:
    first, named, other = [
        (await show(client, TRANSLATE, colours(), model=CYCLEGAN, **way)).json()
        for way in ({}, {"direction": "color-to-line"}, {"direction": "line-to-color"})
    ]
    assert first["direction"] == "color-to-line"
    assert first["images"] == named["images"]
    assert opened(first["images"][0]).mode == "L"
    assert opened(other["images"][0]).mode == "RGB"
    assert (first["sizes"], other["count"]) == ([[32, 32]], 1)


async def test_a_cycle_shows_the_way_there_and_back_from_eight_bits(client: httpx.AsyncClient) -> None:
    file = colours()
    told = (await show(client, TRANSLATE, file, model=CYCLEGAN, include="cycle")).json()
    strip = np.asarray(opened(told["images"][0]))
    assert strip.shape == (32, 3 * 34 - 2, 3)
    x, y, back = (strip[:, 34 * i : 34 * i + 32] for i in range(3))
    assert np.array_equal(x, np.asarray(opened(file)))
    there = (await show(client, TRANSLATE, file, model=CYCLEGAN, accept="image/png")).content
    assert np.array_equal(y[..., 0], np.asarray(opened(there)))
    returned = await show(client, TRANSLATE, there, model=CYCLEGAN, direction="line-to-color", accept="image/png")
    assert np.abs(back.astype(int) - np.asarray(opened(returned.content))).max() <= 1  # grey came as RGB in between


@pytest.mark.parametrize(("fit", "size"), [("tile", (50, 21)), ("pad", (32, 13)), ("resize", (32, 32))])
async def test_any_size_is_translated_when_asked(client: httpx.AsyncClient, fit: str, size: tuple[int, int]) -> None:
    told = (await show(client, TRANSLATE, colours(50, 21), model=PIX2PIX, fit=fit)).json()
    assert told["sizes"] == [list(size)]
    assert opened(told["images"][0]).size == size
    cycle = (await show(client, TRANSLATE, colours(50, 21), model=CYCLEGAN, fit=fit, include="cycle")).json()
    assert opened(cycle["images"][0]).size == (3 * (size[0] + 2) - 2, size[1])


async def test_several_images_of_different_sizes_are_one_sheet(client: httpx.AsyncClient) -> None:
    sheet = await show(client, TRANSLATE, colours(), colours(20, 48), model=PIX2PIX, fit="tile", accept="image/png")
    with Image.open(io.BytesIO(sheet.content)) as image:
        assert image.size == (2 * 34 - 2, 48)


async def test_an_answer_is_known_by_direction_cycle_and_fit(client: httpx.AsyncClient) -> None:
    ways = [{}, {"direction": "line-to-color"}, {"include": "cycle"}, {"fit": "pad"}, {}]
    etags = [(await show(client, TRANSLATE, colours(), model=CYCLEGAN, **way)).headers["etag"] for way in ways]
    assert etags[0] == etags[-1]
    assert len(set(etags)) == 4


async def test_what_cannot_be_is_refused_by_a_sentence(client: httpx.AsyncClient) -> None:
    answer = await show(client, TRANSLATE, colours(), model=CYCLEGAN, direction="up")
    refused(answer, "direction-unknown", "direction is 'up'; it must be one of color-to-line, line-to-color")
    answer = await show(client, TRANSLATE, colours(), model=PIX2PIX, include="cycle")
    refused(answer, "direction-unknown", "there is no way back from line-to-color")
    answer = await show(client, TRANSLATE, colours(20, 20), model=PIX2PIX)
    refused(answer, "image-size-wrong", "the model takes 32x32, the image is 20x20; fit makes it fit")
    answer = await show(client, TRANSLATE, digit(), model=AAE)
    assert answer.json()["type"] == "/docs/problems/capability-missing"
    answer = await show(client, TRANSLATE, colours(), model=PIX2PIX, include="everything")
    assert answer.status_code == 422


async def test_the_benchmark_asks_for_what_nobody_has_asked_before(client: httpx.AsyncClient, weights: Path) -> None:
    head, _, body = request_of(load(weights / PIX2PIX), images=2).partition(b"\r\n\r\n")
    lines = dict(line.split(": ") for line in head.decode().splitlines()[1:])
    assert head.startswith(b"POST /v1/translate HTTP/1.1")
    assert int(lines["content-length"]) == len(body)
    headers = {"content-type": lines["content-type"], "accept": "application/json"}
    numbered = [body.replace(MARK, b"%0*d" % (len(MARK), number)) for number in (0, 1)]
    one, other = [await client.post(TRANSLATE, content=each, headers=headers) for each in numbered]
    assert one.status_code == 200, one.text
    assert one.json()["sizes"] == [[32, 32], [32, 32]]
    assert one.json()["images"] == other.json()["images"]
    assert one.headers["etag"] != other.headers["etag"]

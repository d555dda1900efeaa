"""From images to styles, over HTTP."""

import io

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.api.conftest import MODEL
from tests.api.steering import STYLED, ask, floats, refused, saved, show

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROJECT = "/v1/project"


async def drawn(client: httpx.AsyncClient, seed: int) -> bytes:
    """An image that the model can draw."""
    return (await ask(client, "/v1/generate", model=STYLED, seed=seed)).content


async def test_a_style_that_draws_the_image_is_found(client: httpx.AsyncClient) -> None:
    told = (await show(client, PROJECT, await drawn(client, 3), model=STYLED, steps="60", target_psnr="30")).json()
    (result,) = told["results"]
    assert result["converged"]
    assert result["psnr"] >= 30
    assert len(told["images"]) == told["columns"] == 2
    again = await floats(client, "/v1/decode", model=STYLED, space="w", latents=[result["style"]])
    sheet = await show(
        client, PROJECT, await drawn(client, 3), model=STYLED, steps="60", target_psnr="30", accept="image/png"
    )
    with Image.open(io.BytesIO(sheet.content)) as image:
        pixels = np.asarray(image)
    assert pixels.shape == (64, 130, 3)
    assert np.abs(pixels[:, 66:].transpose(2, 0, 1) / 255 - again[0]).max() < 2 / 255


async def test_an_image_is_projected_alike_alone_and_beside_others(client: httpx.AsyncClient) -> None:
    files = [await drawn(client, seed) for seed in (1, 2)]
    asked = {"model": STYLED, "steps": "5", "target_psnr": "99"}
    both = (await show(client, PROJECT, *files, **asked)).json()
    for number, file in enumerate(files):
        alone = (await show(client, PROJECT, file, **asked)).json()
        assert alone["images"] == both["images"][2 * number : 2 * number + 2]
        assert not alone["results"][0]["converged"]
        assert alone["results"][0]["steps"] == 5


async def test_equal_requests_have_one_name(client: httpx.AsyncClient) -> None:
    file = await drawn(client, 1)
    first, same, other = [
        await show(client, PROJECT, file, model=STYLED, steps="3", seed=seed) for seed in ("0", "0", "1")
    ]
    assert first.headers["etag"] == same.headers["etag"] != other.headers["etag"]
    assert first.content == same.content


async def test_what_cannot_be_is_refused(client: httpx.AsyncClient) -> None:
    file = await drawn(client, 1)
    refused(await show(client, PROJECT, file, model=MODEL), "capability-missing", f"{MODEL} is no style-sampler")
    refused(await show(client, PROJECT, b"no image", model=STYLED), "image-unreadable", "no PNG")
    for fields in ({"steps": "0"}, {"steps": "1001"}, {"target_psnr": "nan"}, {"target_psnr": "200"}, {"seed": "-1"}):
        refused(await show(client, PROJECT, file, model=STYLED, **fields), "input-invalid", next(iter(fields)))


async def test_another_size_is_cut_and_made_to_fit(client: httpx.AsyncClient) -> None:
    wide, square = (saved(Image.new("RGB", size, "white")) for size in ((100, 64), (64, 64)))
    told = [(await show(client, PROJECT, file, model=STYLED, steps="2")).json() for file in (wide, square)]
    assert told[0]["images"] == told[1]["images"]

"""Small images over HTTP: what comes back is judged on the bytes that come back."""

import asyncio
import base64
import io
from typing import Any

import httpx
import numpy as np
import pytest
import torch
from fastapi import FastAPI
from numpy.typing import NDArray
from PIL import Image

from app.engine.answers import Answers
from models.pulse.solver import PULSE
from models.pulse.space import projected
from tests.api.conftest import MODEL
from tests.api.lab.play import events
from tests.api.problems import check_problem
from tests.api.steering import CGAN, CNN, FINDER, STYLED, ask, digit, refused, saved, show

pytestmark = pytest.mark.asyncio(loop_scope="module")
UPSCALE, STREAM = "/v1/upscale", "text/event-stream"


def pixels(png: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(png)))


def small(png: bytes, side: int) -> bytes:
    return saved(Image.open(io.BytesIO(png)).resize((side, side), Image.Resampling.BICUBIC))


async def sample(client: httpx.AsyncClient, model: str, seed: int = 1) -> bytes:
    return (await ask(client, "/v1/generate", model=model, seed=seed)).content


async def told(client: httpx.AsyncClient, *files: bytes, **fields: str) -> dict[str, Any]:
    asked = {"model": MODEL, "seed": "7", "max_steps": "8", "restarts": "2"} | fields
    answer = await show(client, UPSCALE, *files, **asked)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize(("model", "side"), [(MODEL, 7), (CGAN, 14), (STYLED, 8), (STYLED, 16)])
async def test_the_facts_are_those_of_the_png(client: httpx.AsyncClient, model: str, side: int) -> None:
    x = small(await sample(client, model), side)
    body = await told(client, x, model=model, num_results="2", restarts="3", target_psnr="20")
    assert len(body["images"]) == len(body["results"]) == body["columns"] == 2
    for png, result in zip(body["images"], body["results"], strict=True):
        again = pixels(small(base64.b64decode(png), side)).astype(int)
        change = again - pixels(x)
        assert result["max_error"] == np.abs(change).max()
        psnr = -10 * np.log10(np.square(change / 255).mean())
        assert result["psnr"] == pytest.approx(psnr, abs=1e-6)
        assert result["converged"] == (psnr >= 20)
        assert result["off_sphere"] <= 1e-5
        assert 1 <= result["steps"] <= 8


async def test_what_is_not_found_says_so(client: httpx.AsyncClient) -> None:
    (result,) = (await told(client, digit(size=(7, 7)), max_steps="2", target_psnr="45"))["results"]
    assert not result["converged"]
    assert result["psnr"] < 45


async def test_images_of_several_sizes_are_answered_as_if_each_came_alone(client: httpx.AsyncClient) -> None:
    files = [digit(1, size=(7, 7)), digit(2, size=(4, 4)), digit(3, size=(7, 7))]
    together = await told(client, *files)
    assert [result["image"] for result in together["results"]] == [0, 1, 2]
    for row, file in enumerate(files):
        alone = await told(client, file)
        assert alone["images"][0] == together["images"][row]
        assert alone["results"][0] | {"image": row} == together["results"][row]


async def test_requests_beside_each_other_change_nothing(app: FastAPI, client: httpx.AsyncClient) -> None:
    alone = await told(client, digit(1, size=(7, 7)))
    app.state.runtime.answers = Answers(2**20)
    many = await asyncio.gather(*(told(client, digit(1 + i, size=(7, 7)), seed="7") for i in range(4)))
    assert many[0]["images"] == alone["images"]


async def test_seed_0_is_a_seed(app: FastAPI, client: httpx.AsyncClient) -> None:
    first = await told(client, digit(size=(7, 7)), seed="0")
    app.state.runtime.answers = Answers(2**20)
    assert await told(client, digit(size=(7, 7)), seed="0") == first
    assert (await told(client, digit(size=(7, 7)), seed="1"))["images"] != first["images"]


async def test_a_factor_makes_images_small_first(client: httpx.AsyncClient) -> None:
    large = digit()
    made = await told(client, large, factor="4")
    sent = await told(client, small(large, 7))
    assert made["images"] == sent["images"]
    assert (made["factor"], sent["factor"]) == (4, None)
    photograph = saved(Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8)))
    assert (await told(client, photograph, factor="2"))["count"] == 1, "cut around its centre"


async def test_a_search_starts_from_the_guess_of_a_finder(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = app.state.runtime
    network, finder = (runtime.checkpoints[name].network for name in (CGAN, FINDER))
    z = projected(network.prior.draw(seed=3, rows=[0])[:, :4], (4,))
    numbers = torch.cat([z, network.prior.draw(seed=3, rows=[0])[:, 4:]], dim=1)
    with torch.no_grad():
        large = network.sample(numbers, torch.ones(1))
    x = small(saved(Image.fromarray((255 * large[0, 0]).round().byte().numpy())), 14)
    monkeypatch.setattr(finder, "find", lambda images: numbers.expand(len(images), -1))
    runtime.answers = Answers(2**20)
    (result,) = (await told(client, x, model=CGAN, target_psnr="40"))["results"]
    assert (result["steps"], result["converged"]) == (1, True)
    told_of_it = (await client.get(f"/v1/models/{FINDER}")).json()
    assert told_of_it["capabilities"] == ["latent-finder"]


async def test_noise_is_searched_where_it_is_asked_for(client: httpx.AsyncClient) -> None:
    x = small(await sample(client, STYLED, 4), 16)
    without, with_it = [await told(client, x, model=STYLED, noise=each) for each in ("false", "true")]
    assert (without["noise"], with_it["noise"]) == (False, True)
    assert without["images"] != with_it["images"]
    assert with_it["results"][0]["off_sphere"] <= 1e-5


async def test_every_form_is_answered(client: httpx.AsyncClient) -> None:
    fields = {"model": MODEL, "seed": "1", "max_steps": "2", "num_results": "3"}
    sheet = await show(client, UPSCALE, digit(size=(7, 7)), accept="image/png", **fields)
    assert pixels(sheet.content).shape == (28, 28 * 3 + 4)
    assert sheet.headers["x-zerosum-seed"] == "1"
    raw = await show(client, UPSCALE, digit(size=(7, 7)), accept="application/x-npy", **fields)
    assert np.load(io.BytesIO(raw.content)).shape == (3, 1, 28, 28)


async def test_progress_comes_with_previews_and_ends_with_the_answer(client: httpx.AsyncClient) -> None:
    fields = {"model": STYLED, "seed": "2", "max_steps": "30", "target_psnr": "50"}
    noise = saved(Image.fromarray(np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)))
    answer = await show(client, UPSCALE, noise, accept=STREAM, **fields)
    assert answer.headers["content-type"].startswith(STREAM)
    found = events(answer.text)
    assert {name for name, _ in found[:-1]} == {"progress"}
    name, result = found[-1]
    assert name == "result"
    for _, data in found[:-1]:
        assert pixels(base64.b64decode(data["preview"])).shape == (64, 64, 3)
        assert data["step"] <= 30
    assert result == (await show(client, UPSCALE, noise, **fields)).json()


async def test_a_client_that_leaves_frees_its_rows_within_a_step(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0
    loop, third = asyncio.get_running_loop(), asyncio.Event()
    step = PULSE.step

    def counted(self: PULSE, state: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps == 3:
            loop.call_soon_threadsafe(third.set)
        return step(self, state)

    monkeypatch.setattr(PULSE, "step", counted)
    request = asyncio.ensure_future(told(client, digit(5, size=(7, 7)), max_steps="1000", target_psnr="50"))
    await asyncio.wait_for(third.wait(), 20)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    engine = app.state.runtime.engine
    for _ in range(2000):
        if engine._lines or engine._works:
            await asyncio.sleep(0.001)
    assert not engine._lines
    assert not engine._works
    ended = steps
    await asyncio.sleep(0.05)
    assert steps == ended < 1000


@pytest.mark.parametrize(
    ("fields", "size", "sentence"),
    [
        ({}, (28, 14), "28x14 pixels, and sngan-mnist makes images of 28x28: other proportions"),
        ({}, (56, 56), "it is not smaller"),
        ({}, (1, 1), "2x2 is the least"),
        ({"factor": "1"}, (28, 28), "factor is 1; images of 28x28 are made 2 to 14 times smaller"),
        ({"factor": "15"}, (28, 28), "factor is 15"),
        ({"target_psnr": "90"}, (7, 7), "target_psnr is 90 dB; it lies in 10..50"),
        ({"target_psnr": "-1"}, (7, 7), "target_psnr is -1 dB"),
        ({"noise": "true"}, (7, 7), "noise is true, and sngan-mnist is no style-sampler"),
        ({"num_results": "5", "restarts": "4"}, (7, 7), "num_results is 5; each comes from a restart of its own"),
    ],
)
async def test_what_has_no_answer_is_refused(
    client: httpx.AsyncClient, fields: dict[str, str], size: tuple[int, int], sentence: str
) -> None:
    refused(await show(client, UPSCALE, digit(size=size), model=MODEL, **fields), "upscale-invalid", sentence)


@pytest.mark.parametrize(
    "fields", [{"max_steps": "0"}, {"max_steps": "1001"}, {"restarts": "17"}, {"target_psnr": "nan"}, {"seed": "-1"}]
)
async def test_what_is_out_of_bounds_is_invalid(client: httpx.AsyncClient, fields: dict[str, str]) -> None:
    answer = await show(client, UPSCALE, digit(size=(7, 7)), model=MODEL, **fields)
    check_problem(answer, "input-invalid", 422)


async def test_which_image_is_wrong_is_said(client: httpx.AsyncClient) -> None:
    answer = await show(client, UPSCALE, digit(size=(7, 7)), digit(size=(7, 6)), model=MODEL)
    refused(answer, "upscale-invalid", "image 1: ")
    transparent = saved(Image.new("RGBA", (8, 8), (255, 0, 0, 10)))
    refused(await show(client, UPSCALE, transparent, model=STYLED), "image-unreadable", "transparent")
    refused(await show(client, UPSCALE, b"GIF89a", model=MODEL), "image-unreadable", "the image is no")


async def test_only_samplers_enlarge(client: httpx.AsyncClient) -> None:
    refused(await show(client, UPSCALE, digit(size=(7, 7)), model=CNN), "capability-missing", "is no sampler")
    too_many = [digit(size=(7, 7))] * 70
    refused(await show(client, UPSCALE, *too_many, model=MODEL, restarts="16"), "too-many-images", "restarts is 1120")

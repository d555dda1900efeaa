"""From image to image: endpoints are met exactly, and nothing depends on what else is asked for."""

import asyncio
import io
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from PIL import Image

from app.engine.answers import Answers
from tests.api.conftest import MODEL
from tests.api.generation.requests import busy, pixels, queued
from tests.api.steering import CGAN, ask, facts, floats, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATH = "/v1/interpolate"
SEEDS = [{"seed": 7}, {"seed": 8, "row": 2}, {"seed": 9}]


@pytest.mark.parametrize("truncation", [1.0, 0.4])
async def test_the_endpoints_are_the_images_of_generate(client: httpx.AsyncClient, truncation: float) -> None:
    walk = await floats(client, PATH, model=MODEL, endpoints=SEEDS, frames=12, truncation=truncation)
    stops = (await facts(client, PATH, model=MODEL, endpoints=SEEDS, frames=12))["stops"]
    assert stops == [0, 6, 11]
    for stop, end in zip(stops, SEEDS, strict=True):
        row = end.get("row", 0)
        drawn = await floats(
            client, "/v1/generate", model=MODEL, seed=end["seed"], num_images=row + 1, truncation=truncation
        )
        assert np.array_equal(walk[stop], drawn[row])


async def test_endpoints_with_codes_are_the_images_of_sample(client: httpx.AsyncClient) -> None:
    ends: list[dict[str, Any]] = [{"seed": 7, "codes": {"label": 3, "slant": 1}}, {"seed": 7, "codes": {"label": 8}}]
    walk = await floats(client, PATH, model=CGAN, endpoints=ends, frames=5)
    for stop, end in zip((0, 4), ends, strict=True):
        assert np.array_equal(walk[stop], (await floats(client, "/v1/sample", model=CGAN, **end))[0])
    assert len({frame.tobytes() for frame in walk}) == 5


async def test_an_explicit_latent_is_an_endpoint(client: httpx.AsyncClient) -> None:
    latent = [0.5, -1.0, 0.25, 2, 0, 1, -2, 3]
    walk = await floats(client, PATH, model=MODEL, endpoints=[{"latent": latent}, {"seed": 1}], frames=3)
    assert np.array_equal(walk[0], (await floats(client, "/v1/decode", model=MODEL, latents=[latent]))[0])


async def test_the_forms_are_of_the_same_frames(client: httpx.AsyncClient) -> None:
    asked: dict[str, Any] = {"model": MODEL, "endpoints": SEEDS[:2], "frames": 4}
    levels = np.floor((await floats(client, PATH, **asked))[:, 0] * 255 + 0.5).astype(np.uint8)
    strip = pixels((await ask(client, PATH, **asked)).content)
    assert strip.shape == (28, 4 * 30 - 2)
    assert all(np.array_equal(strip[:, 30 * i : 30 * i + 28], level) for i, level in enumerate(levels))
    animation = await ask(client, PATH, "image/gif", **asked)
    assert animation.headers["content-type"] == "image/gif"
    with Image.open(io.BytesIO(animation.content)) as gif:
        assert gif.n_frames == 4  # type: ignore[attr-defined]
        for i, level in enumerate(levels):
            gif.seek(i)
            assert np.array_equal(np.asarray(gif.convert("L")), level)
    archive = await ask(client, PATH, "application/zip", **asked)
    assert archive.headers["x-zerosum-count"] == "4"


async def test_many_frames_are_a_grid(client: httpx.AsyncClient) -> None:
    sheet = await ask(client, PATH, model=MODEL, endpoints=SEEDS, frames=17)
    assert (sheet.headers["x-zerosum-columns"], pixels(sheet.content).shape) == ("5", (4 * 30 - 2, 5 * 30 - 2))


async def test_a_walk_is_the_same_alone_and_in_company(app: FastAPI, client: httpx.AsyncClient) -> None:
    asked: list[dict[str, Any]] = [
        {"model": MODEL, "endpoints": [{"seed": n}, {"seed": n + 1}], "frames": n + 2} for n in range(5)
    ]
    alone = [await ask(client, PATH, **each) for each in asked]
    assert len({each.headers["etag"] for each in alone}) == len(alone)
    app.state.runtime.answers = Answers(0)  # what was kept must be computed again
    async with busy(app):
        requests = [asyncio.create_task(ask(client, PATH, **each)) for each in asked]
        await queued(app, len(asked))
    assert [(await each).content for each in requests] == [each.content for each in alone]


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"frames": 10_000}, "too-many-images", "frames is 10000; one request may ask for at most 1000"),
    ({"frames": 2}, "latent-invalid", "frames is 2; 3 endpoints need as many at least"),
    (
        {"endpoints": [{"seed": 1}, {"seed": 2, "latent": [0.0] * 8}]},
        "latent-invalid",
        "endpoint 1 has a latent and a seed; give a latent, or a seed",
    ),
    ({"endpoints": [{"codes": {"label": 1}, "latent": [0.0]}, {"seed": 1}]}, "latent-invalid", "and a codes"),
    ({"endpoints": [{}, {"seed": 1}]}, "latent-invalid", "endpoint 0 has neither a seed nor a latent"),
    (
        {"endpoints": [{"latent": [0.0] * 9}, {"seed": 1}]},
        "latent-invalid",
        "endpoint 0 has 9 numbers; the model takes 8: z0 to z7",
    ),
    (
        {"endpoints": [{"seed": 1, "codes": {"label": 1}}, {"seed": 1}]},
        "code-unknown",
        "no code is named 'label'; known: none",
    ),
    ({"endpoints": [{"seed": 1}]}, "input-invalid", "endpoints: List should have at least 2 items"),
    ({"endpoints": [{"seed": 1}] * 17}, "input-invalid", "endpoints: List should have at most 16 items"),
    ({"endpoints": [{"latent": [1e5] * 8}, {"seed": 1}]}, "input-invalid", "endpoints.0.latent.0"),
]


async def test_a_walk_that_cannot_be_is_refused(client: httpx.AsyncClient) -> None:
    for fields, slug, sentence in REFUSED:
        refused(await ask(client, PATH, **({"model": MODEL, "endpoints": SEEDS} | fields)), slug, sentence)


async def test_a_latent_that_is_no_number_is_refused(client: httpx.AsyncClient) -> None:
    body = f'{{"model": "{MODEL}", "endpoints": [{{"latent": [NaN, 0, 0, 0, 0, 0, 0, 0]}}, {{"seed": 1}}]}}'
    response = await client.post(PATH, content=body, headers={"content-type": "application/json"})
    refused(response, "input-invalid", "endpoints.0.latent.0")

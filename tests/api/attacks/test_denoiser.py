"""A denoiser that is served, as a defence."""

import base64
import io
from typing import Any

import httpx
import numpy as np
import pytest
import torch
from fastapi import FastAPI
from PIL import Image

from models.capabilities import Classifier, Denoiser
from tests.api.steering import CNN, DENOISER, LITE, READER, digit, refused, show

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def told(client: httpx.AsyncClient, path: str, **fields: str) -> dict[str, Any]:
    answer = await show(client, path, digit(1), **({"model": CNN, "seed": "7", "defence": DENOISER} | fields))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_it_is_listed_with_the_images_that_it_takes(client: httpx.AsyncClient) -> None:
    listed = {each["name"]: each for each in (await client.get("/v1/defences")).json()["defences"]}
    assert listed["jpeg"]["takes"] is None
    found = listed[DENOISER]
    assert found["takes"] == {"height": 28, "width": 28, "channels": 1}
    assert (found["parameter"], found["low"], found["high"], found["default"]) == ("strength", 0, 1, 1)
    models = {each["id"]: each for each in (await client.get("/v1/models")).json()["models"]}
    assert models[DENOISER]["links"]["operations"] == {"denoiser": "/v1/defend"}


async def test_what_it_leaves_is_shown_and_named(app: FastAPI, client: httpx.AsyncClient) -> None:
    body = await told(client, "/v1/defend")
    x, _, z = (np.asarray(Image.open(io.BytesIO(base64.b64decode(png)))).copy() for png in body["images"])
    D, f = app.state.runtime.get(DENOISER, Denoiser), app.state.runtime.get(CNN, Classifier)
    left = D.denoise(torch.from_numpy(x)[None, None] / 255)
    assert np.abs(z / 255 - left.clamp(0, 1)[0, 0].numpy()).max() <= 0.5 / 255 + 1e-6
    p = f.classify(left).softmax(dim=1)[0]
    after = {each["label"]: each["probability"] for each in body["results"][0]["after"]}
    assert after == pytest.approx(
        {f"class {i}": float(p[i]) for i in p.argsort(descending=True)[:5].tolist()}, abs=1e-5
    )
    untouched = await told(client, "/v1/defend", value="0")
    assert untouched["results"][0]["linf"] == 0


async def test_attacks_go_through_it_or_are_judged_behind_it(client: httpx.AsyncClient) -> None:
    fields = {"eps": "60", "steps": "5"}
    adaptive = await told(client, "/v1/attack", **fields)
    grey = await told(client, "/v1/attack", **fields, adaptive="false")
    first, second = adaptive["results"][0], grey["results"][0]
    assert first["before"] == second["before"]
    assert adaptive["images"] != grey["images"]
    assert first["forwards"] % 2 == 0, "each question is a pass of both networks"


@pytest.mark.slow
async def test_the_protocol_goes_through_it(client: httpx.AsyncClient) -> None:
    assert (await told(client, "/v1/robustness", eps="20"))["defence"] == DENOISER


BAD = [
    ({"model": LITE}, "defence-invalid", f"{DENOISER} cannot stand in front of {LITE}: {DENOISER} takes 28x28 grey"),
    ({"defence": READER}, "capability-missing", f"{READER} is no denoiser; its capabilities: "),
    ({"defence": "wall"}, "defence-invalid", f"no defence is named 'wall'; known: jpeg, bit-depth, noise, {DENOISER}"),
    ({"value": "1.5"}, "defence-invalid", "strength is 1.5; it must lie in [0, 1]"),
    ({"model": READER}, "capability-missing", f"{READER} is no classifier"),
]


@pytest.mark.parametrize(("fields", "slug", "sentence"), BAD, ids=[str(fields) for fields, _, _ in BAD])
async def test_what_cannot_be_done_is_said_in_a_sentence(
    client: httpx.AsyncClient, fields: dict[str, str], slug: str, sentence: str
) -> None:
    answer = await show(client, "/v1/defend", digit(1), **({"model": CNN, "defence": DENOISER} | fields))
    refused(answer, slug, sentence)

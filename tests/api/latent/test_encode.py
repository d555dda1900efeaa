"""From images to latents and codes, and from latents to images."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from PIL import Image

from app.engine.answers import Answers
from app.main import create_app
from app.settings import Settings
from tests.api.conftest import MODEL, Serve
from tests.api.generation.requests import busy, metric, queued
from tests.api.steering import AAE, CODED_AAE, INFOGAN, READER, ask, digit, floats, refused, saved, show

pytestmark = pytest.mark.asyncio(loop_scope="module")
ENCODE, DECODE = "/v1/encode", "/v1/decode"


async def test_an_encoder_answers_a_latent_an_image(client: httpx.AsyncClient) -> None:
    told = (await show(client, ENCODE, digit(0), digit(1), model=AAE)).json()
    assert told["columns"] == [f"z{i}" for i in range(8)]
    assert np.array(told["latents"]).shape == (2, 8)
    assert (told["count"], told["codes"]) == (2, [{}, {}])


async def test_an_encoder_with_codes_answers_these_too(client: httpx.AsyncClient) -> None:
    told = (await show(client, ENCODE, digit(), model=CODED_AAE)).json()
    assert told["columns"][7:10] == ["z7", "label=0", "label=1"]
    (read,) = told["codes"]
    assert read["label"]["probabilities"][read["label"]["value"]] == max(told["latents"][0][8:])


async def test_a_code_reader_answers_codes_alone(client: httpx.AsyncClient) -> None:
    told = (await show(client, ENCODE, digit(), model=INFOGAN)).json()
    assert told["latents"] is told["columns"] is None
    (read,) = told["codes"]
    assert list(read) == ["category", "c2", "c3"]
    assert sum(read["category"]["probabilities"].values()) == pytest.approx(1)
    assert read["c2"]["probabilities"] is None


async def test_a_classifier_of_attributes_reads_codes_too(client: httpx.AsyncClient) -> None:
    told = (await show(client, ENCODE, digit(), model=READER)).json()
    assert told["codes"][0].keys() == {"glasses"}
    assert [code["name"] for code in (await client.get(f"/v1/models/{READER}")).json()["codes"]] == ["glasses"]


async def test_what_was_encoded_can_be_decoded_and_is_the_reconstruction(client: httpx.AsyncClient) -> None:
    latents = (await show(client, ENCODE, digit(0), digit(1), model=AAE)).json()["latents"]
    decoded = await floats(client, DECODE, model=AAE, latents=latents)
    both = await show(client, "/v1/reconstruct", digit(0), digit(1), model=AAE, accept="application/x-npy")
    pairs = np.frombuffer(both.content[-4 * 28 * 28 * 4 :], np.float32).reshape(2, 2, 1, 28, 28)
    assert np.array_equal(pairs[:, 1], decoded)
    told = (await show(client, "/v1/reconstruct", digit(0), digit(1), model=AAE)).json()
    errors = ((pairs[:, 0].astype(float) - pairs[:, 1]) ** 2).mean(axis=(1, 2, 3))
    assert told["mean_squared_error"] == pytest.approx(errors.tolist())
    assert len(told["images"]) == 4


async def test_a_reconstruction_stands_beside_its_image(client: httpx.AsyncClient) -> None:
    sheet = await show(client, "/v1/reconstruct", digit(0), digit(1), digit(2), model=AAE, accept="image/png")
    assert sheet.headers["x-zerosum-columns"] == "2"
    with Image.open(io.BytesIO(sheet.content)) as image:
        assert image.size == (2 * 30 - 2, 3 * 30 - 2)


async def test_an_image_is_encoded_alike_alone_and_in_company(app: FastAPI, client: httpx.AsyncClient) -> None:
    asked = [[digit(10 * n + i) for i in range(1 + n % 3)] for n in range(6)]
    alone = [await show(client, ENCODE, *each, model=AAE) for each in asked]
    assert len({each.headers["etag"] for each in alone}) == len(alone)
    app.state.runtime.answers = Answers(0)  # what was kept must be computed again
    async with busy(app):
        requests = [asyncio.create_task(show(client, ENCODE, *each, model=AAE)) for each in asked]
        await queued(app, len(asked))
    assert [(await each).content for each in requests] == [each.content for each in alone]


async def test_an_image_of_the_wrong_size_fits_only_when_asked(client: httpx.AsyncClient) -> None:
    large = digit(size=(40, 30))
    for path in (ENCODE, "/v1/reconstruct"):
        sentence = "the model takes 28x28, the image is 40x30; resize=true makes it fit"
        refused(await show(client, path, large, model=AAE), "image-size-wrong", sentence)
        assert (await show(client, path, large, model=AAE, resize="true")).status_code == 200


async def test_the_image_that_is_wrong_is_named(client: httpx.AsyncClient) -> None:
    response = await show(client, ENCODE, digit(), b"no image", model=AAE)
    refused(response, "image-unreadable", "image 1: the image is no PNG")


async def test_a_wrong_image_is_no_failure_of_the_server_and_hurts_nobody(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    async with busy(app):
        bad = asyncio.create_task(show(client, ENCODE, b"no image", model=AAE))
        good = asyncio.create_task(show(client, ENCODE, digit(), model=AAE))
        await queued(app, 2)
    assert ((await bad).status_code, (await good).status_code) == (422, 200)
    assert metric(app, "zerosum_failures_total", model=AAE) == 0


async def test_pixels_are_bounded_before_they_are_decoded(settings: Settings, serve: Serve) -> None:
    async with serve(create_app(settings.model_copy(update={"max_pixels": 10_000}))) as client:
        vast = saved(Image.new("1", (1000, 1000)))
        assert len(vast) < 10_000
        response = await show(client, ENCODE, vast, model=AAE, resize="true")
        refused(response, "image-too-large", "an image may have 10000 pixels, this one has 1000x1000")


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"latents": [[0.0] * 8, [0.0] * 7]}, "latent-invalid", "latent 1 has 7 numbers; the model takes 8: z0 to z7"),
    ({"latents": []}, "input-invalid", "latents: List should have at least 1 item"),
    ({"latents": [[0.0] * 8] * 1001}, "too-many-images", "the number of latents is 1001"),
    ({"latents": [["x"] * 8]}, "input-invalid", "latents.0.0"),
]


async def test_latents_that_cannot_be_are_refused(client: httpx.AsyncClient) -> None:
    for fields, slug, sentence in REFUSED:
        refused(await ask(client, DECODE, model=AAE, **fields), slug, sentence)


async def test_requests_without_what_they_need_are_refused(client: httpx.AsyncClient) -> None:
    refused(await client.post(ENCODE, data={"model": AAE}), "input-invalid", "image: Field required")
    refused(await show(client, ENCODE, digit()), "input-invalid", "model: Field required")
    refused(await show(client, ENCODE, digit(), model=MODEL), "capability-missing", f"{MODEL} is no encoder")
    refused(await show(client, "/v1/reconstruct", digit(), model=INFOGAN), "capability-missing", "is no encoder")
    text = await client.post(ENCODE, data={"model": AAE, "image": "text"})
    refused(text, "input-invalid", "image.0")
    many = await show(client, ENCODE, digit(), model=AAE, accept="image/png")
    assert many.status_code == 406


async def test_a_form_that_cannot_be_read_is_a_problem(client: httpx.AsyncClient) -> None:
    for body in (b"--x\r\nnonsense", b"", b"--x\r\nContent-Disposition: form-data\r\n\r\nhello"):
        response = await client.post(ENCODE, content=body, headers={"content-type": "multipart/form-data; boundary=x"})
        assert response.status_code in (400, 422)
        assert "JSON" not in response.json()["detail"]


async def test_a_form_larger_than_a_body_may_be_is_refused_while_it_comes(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
        for _ in range(40):
            yield b"0" * 2**18

    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert (await client.post(ENCODE, content=endless(), headers=headers)).status_code == 413


async def test_json_in_place_of_a_form_is_told_what_to_send(client: httpx.AsyncClient) -> None:
    response = await client.post(ENCODE, json={"model": AAE})
    assert response.status_code == 415
    assert response.json()["detail"] == "/v1/encode takes multipart/form-data, got application/json"

import base64
import io
import zipfile
from typing import Any

import httpx
import numpy as np
import orjson
import pytest

from app import codec
from app.answering.fields import SeededFacts
from app.generation.schemas import GenerateAnswer
from tests.api.conftest import MODEL
from tests.api.generation.requests import FORMS, floats, generate, pixels

FACTS: dict[str, Any] = {
    "model": MODEL,
    "seed": 7,
    "count": 3,
    "truncation": 0.5,
    "width": 28,
    "height": 28,
    "channels": 1,
    "columns": 2,
}
ASKED: dict[str, Any] = {"num_images": 3, "seed": 7, "truncation": 0.5}


async def levels(client: httpx.AsyncClient) -> list[codec.Pixels]:
    """What each image of ASKED should be."""
    raw = await floats(client, **ASKED)
    return list(np.floor(raw[:, 0] * 255 + 0.5).astype(np.uint8))


async def test_one_image_is_a_png(client: httpx.AsyncClient) -> None:
    response = await generate(client, seed=7)
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/png"
    assert pixels(response.content).shape == (28, 28)


async def test_several_images_are_a_grid(client: httpx.AsyncClient) -> None:
    sheet = pixels((await generate(client, **ASKED)).content)
    assert sheet.shape == (58, 58)
    for image, (top, left) in zip(await levels(client), [(0, 0), (0, 30), (30, 0)], strict=True):
        assert np.array_equal(sheet[top : top + 28, left : left + 28], image)


async def test_json_holds_the_facts_and_each_image(client: httpx.AsyncClient) -> None:
    response = await generate(client, "application/json", **ASKED)
    assert response.headers["content-type"] == "application/json"
    answer = GenerateAnswer.model_validate_json(response.content)
    assert answer.model_dump(exclude={"images", "weights"}) == FACTS
    for image, expected in zip(answer.images, await levels(client), strict=True):
        assert np.array_equal(pixels(base64.b64decode(image)), expected)


async def test_zip_holds_the_facts_and_each_image(client: httpx.AsyncClient) -> None:
    response = await generate(client, "application/zip", **ASKED)
    assert response.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        facts = orjson.loads(archive.read("facts.json"))
        assert {name: facts[name] for name in FACTS} == FACTS
        for i, expected in enumerate(await levels(client)):
            assert np.array_equal(pixels(archive.read(f"{i:04}.png")), expected)


async def test_npy_is_the_raw_tensor(client: httpx.AsyncClient) -> None:
    raw = await floats(client, **ASKED)
    assert (raw.shape, raw.dtype.name) == ((3, 1, 28, 28), "float32")
    assert 0 <= raw.min() < raw.max() <= 1


@pytest.mark.parametrize("form", FORMS)
async def test_headers_carry_the_facts(client: httpx.AsyncClient, form: str) -> None:
    headers = (await generate(client, form, **ASKED)).headers
    assert {name: headers[f"x-zerosum-{name}"] for name in FACTS} == {name: str(fact) for name, fact in FACTS.items()}
    assert all(f"x-zerosum-{name}" in headers for name in SeededFacts.model_fields)
    assert headers["vary"] == "Accept"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", "image/png"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "image/png"),
        ("application/json, image/*;q=0.9", "application/json"),
        ("application/zip;q=0.2, application/x-npy;q=0.3", "application/x-npy"),
    ],
)
async def test_the_form_is_the_one_that_the_client_prefers(client: httpx.AsyncClient, accept: str, form: str) -> None:
    assert (await generate(client, accept, seed=1)).headers["content-type"] == form


async def test_several_accept_headers_count_as_one(client: httpx.AsyncClient) -> None:
    headers = [("Accept", "text/html"), ("Accept", "application/zip")]
    response = await client.post("/v1/generate", json={"model": MODEL}, headers=headers)
    assert response.headers["content-type"] == "application/zip"


async def test_an_unacceptable_accept_is_told_what_there_is(client: httpx.AsyncClient) -> None:
    response = await generate(client, "text/html", seed=1)
    assert response.status_code == 406
    problem = response.json()
    assert problem["type"].endswith("not-acceptable")
    assert all(form in problem["detail"] for form in FORMS)

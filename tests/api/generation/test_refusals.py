"""Each wrong request gets its own problem, in one sentence."""

import asyncio
from typing import Any

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from models.priors import MAX_SEED
from tests.api.conftest import MODEL, Serve
from tests.api.generation.requests import busy, generate, queued


@pytest.mark.parametrize(
    ("fields", "field", "detail"),
    [
        ({"num_images": 0}, "num_images", "greater than or equal to 1, got 0"),
        ({"num_images": 1.5}, "num_images", "integer, got 1.5"),
        ({"num_images": "3"}, "num_images", "integer, got '3'"),
        ({"num_images": True}, "num_images", "integer, got True"),
        ({"seed": -1}, "seed", "greater than or equal to 0, got -1"),
        ({"seed": MAX_SEED + 1}, "seed", f"less than or equal to {MAX_SEED}"),
        ({"truncation": -0.1}, "truncation", "greater than or equal to 0"),
        ({"truncation": 1.1}, "truncation", "less than or equal to 1"),
        ({"truncation": "much"}, "truncation", "number, got 'much'"),
        ({"model": ""}, "model", "at least 1 character"),
        ({"model": 7}, "model", "string, got 7"),
        ({"colour": "red"}, "colour", "not permitted"),
    ],
)
async def test_a_wrong_field_is_named(
    client: httpx.AsyncClient, fields: dict[str, Any], field: str, detail: str
) -> None:
    response = await generate(client, **fields)
    problem = response.json()
    assert (response.status_code, problem["type"]) == (422, "/docs/problems/input-invalid")
    assert [each["field"] for each in problem["errors"]] == [field]
    assert detail in problem["detail"]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
async def test_a_truncation_that_is_no_number_is_refused(client: httpx.AsyncClient, value: str) -> None:
    body = f'{{"model": "{MODEL}", "truncation": {value}}}'
    response = await client.post("/v1/generate", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "truncation"


async def test_ten_thousand_and_one_images_are_too_many(client: httpx.AsyncClient) -> None:
    response = await generate(client, num_images=10_001)
    assert response.status_code == 422
    assert response.json()["type"].endswith("too-many-images")
    assert response.json()["detail"] == "num_images is 10001; one request may ask for at most 1000"


async def test_an_unknown_model_is_told_which_there_are(client: httpx.AsyncClient) -> None:
    response = await generate(client, model="gan")
    assert response.status_code == 404
    assert response.json()["detail"] == f"no model is named 'gan'; served: {MODEL}"


async def test_the_largest_seed_is_taken(client: httpx.AsyncClient) -> None:
    assert (await generate(client, seed=MAX_SEED)).headers["x-zerosum-seed"] == str(MAX_SEED)


async def test_a_full_queue_answers_503_at_once_with_retry_after(settings: Settings, serve: Serve) -> None:
    app = create_app(settings.model_copy(update={"queue_cost": 2 * 28 * 28}))
    async with serve(app) as client:
        async with busy(app):
            accepted = asyncio.create_task(generate(client, num_images=2))
            await queued(app, 1)
            refused = await generate(client)
        assert (await accepted).status_code == 200
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.json()["type"].endswith("queue-full")


async def test_a_request_that_was_accepted_is_finished_when_the_server_stops(settings: Settings, serve: Serve) -> None:
    app = create_app(settings)
    async with serve(app) as client:
        async with busy(app):
            accepted = asyncio.create_task(generate(client))
            await queued(app, 1)
            draining = asyncio.create_task(app.state.runtime.drain())
            await asyncio.sleep(0)
            refused = await generate(client)
        await draining
        assert (await accepted).status_code == 200
    assert refused.status_code == 503
    assert refused.json()["type"].endswith("shutting-down")

"""A seeded request is a pure function: it has an ETag, and is computed once."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.engine.answers import Answers
from tests.api.conftest import MODEL
from tests.api.generation.requests import FORMS, busy, generate, metric, queued


def computed(app: FastAPI) -> float:
    """How many batches were formed for the model."""
    return metric(app, "zerosum_batch_size_count", model=MODEL)


async def test_equal_requests_have_equal_etags_and_others_have_not(client: httpx.AsyncClient) -> None:
    asked: list[dict[str, Any]] = [{}, {"seed": 8}, {"num_images": 2}, {"truncation": 0.5}]
    tags = [(await generate(client, **({"seed": 7} | fields))).headers["etag"] for fields in asked]
    tags += [(await generate(client, form, seed=7)).headers["etag"] for form in FORMS[1:]]
    assert len(set(tags)) == len(tags)
    assert (await generate(client, seed=7, truncation=1, num_images=1)).headers["etag"] == tags[0]
    assert not any(tag.startswith("W/") for tag in tags)


@pytest.mark.parametrize("condition", ["{}", "W/{}", '"other", {}', "*"])
async def test_a_client_that_has_the_answer_is_told_so(app: FastAPI, client: httpx.AsyncClient, condition: str) -> None:
    etag = (await generate(client, seed=7)).headers["etag"]
    app.state.runtime.answers = Answers(0)
    before = computed(app)
    response = await generate(client, seed=7, headers={"If-None-Match": condition.format(etag)})
    assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", etag)
    assert computed(app) == before


async def test_a_client_that_has_another_answer_gets_this_one(client: httpx.AsyncClient) -> None:
    assert (await generate(client, seed=7, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_a_condition_on_an_unseeded_request_is_passed_by(client: httpx.AsyncClient) -> None:
    assert (await generate(client, headers={"If-None-Match": "*"})).status_code == 200


async def test_an_answer_is_kept(app: FastAPI, client: httpx.AsyncClient) -> None:
    first = await generate(client, seed=7)
    before = computed(app)
    assert (await generate(client, seed=7)).content == first.content
    assert computed(app) == before


async def test_an_unseeded_answer_is_not_kept(app: FastAPI, client: httpx.AsyncClient) -> None:
    await generate(client)
    assert app.state.runtime.answers.bytes == 0


async def test_equal_requests_at_once_are_computed_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    async with busy(app):
        requests = [asyncio.create_task(generate(client, seed=7)) for _ in range(5)]
        await queued(app, 1)
        before = computed(app)
    answers = {(await request).content for request in requests}
    assert len(answers) == 1
    assert computed(app) == before + 1

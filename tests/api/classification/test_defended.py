"""What a classifier sees behind a defence."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.engine.answers import Answers
from tests.api.generation.requests import busy, queued
from tests.api.steering import CNN, DENOISER, LITE, READER, digit, refused, show

pytestmark = pytest.mark.asyncio(loop_scope="module")
CLASSIFY = "/v1/classify"


async def told(client: httpx.AsyncClient, query: str, *files: bytes, **fields: str) -> dict[str, Any]:
    answer = await show(client, f"{CLASSIFY}?{query}", *(files or (digit(1),)), **({"model": CNN} | fields))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize(("defence", "value"), [("jpeg", 10), ("bit-depth", 1), ("noise", 1), (DENOISER, 0.5)])
async def test_it_is_what_defend_tells(client: httpx.AsyncClient, defence: str, value: float) -> None:
    body = await told(client, f"defence={defence}&defence_value={value}&seed=3", digit(1), digit(2))
    assert (body["defence"], body["value"], body["seed"], body["top"]) == (defence, value, 3, 5)
    fields = {"model": CNN, "defence": defence, "value": str(value), "seed": "3"}
    other = (await show(client, "/v1/defend", digit(1), digit(2), **fields)).json()
    for found, result in zip(body["predictions"], other["results"], strict=True):
        assert {each["label"]: each["probability"] for each in found} == pytest.approx(
            {each["label"]: each["probability"] for each in result["after"]}, abs=1e-5
        )


async def test_without_one_nothing_is_said_of_defences(client: httpx.AsyncClient) -> None:
    bare, harmless = await told(client, ""), await told(client, f"defence={DENOISER}&defence_value=0")
    assert not {"defence", "value", "seed"} & bare.keys()
    assert harmless["predictions"][0] == bare["predictions"][0]


async def test_a_random_one_draws_from_the_seed(client: httpx.AsyncClient) -> None:
    one, same, other = [await told(client, f"defence=noise&seed={seed}") for seed in (1, 1, 2)]
    assert one == same
    assert one["predictions"] != other["predictions"]
    drawn = [await told(client, "defence=noise") for _ in range(2)]
    assert drawn[0]["seed"] != drawn[1]["seed"]


async def test_an_answer_is_named_after_its_defence(client: httpx.AsyncClient) -> None:
    queries = ("defence=jpeg&seed=1", "defence=jpeg&defence_value=50&seed=1", "defence=jpeg&seed=2", "")
    tags = {(await show(client, f"{CLASSIFY}?{query}", digit(), model=CNN)).headers["etag"] for query in queries}
    assert len(tags) == 4
    for defence, names in (("jpeg", 1), (DENOISER, 1), ("noise", 2)):
        told = [await show(client, f"{CLASSIFY}?defence={defence}", digit(), model=CNN) for _ in range(2)]
        assert len({each.headers["etag"] for each in told}) == names


async def test_images_are_seen_alike_alone_and_beside_other_defences(app: FastAPI, client: httpx.AsyncClient) -> None:
    queries = [f"defence={DENOISER}&defence_value={value}&seed=1" for value in (0.2, 0.9)] + ["defence=noise&seed=1"]
    alone = [await told(client, query, digit(1), digit(2)) for query in queries]
    app.state.runtime.answers = Answers(0)
    async with busy(app):
        requests = [asyncio.create_task(told(client, query, digit(1), digit(2))) for query in queries]
        await queued(app, len(queries))
    assert [await each for each in requests] == alone


BAD = [
    ("defence=wall", CNN, "defence-invalid", f"no defence is named 'wall'; known: jpeg, bit-depth, noise, {DENOISER}"),
    ("defence=jpeg&defence_value=0", CNN, "defence-invalid", "jpeg: quality is 0; it must lie in [1, 100]"),
    ("defence=jpeg&defence_value=much", CNN, "input-invalid", "defence_value"),
    ("defence=jpeg&defence_value=nan", CNN, "input-invalid", "defence_value"),
    ("defence=noise&seed=-1", CNN, "input-invalid", "seed"),
    ("defence_value=3", CNN, "defence-invalid", "defence_value is 3, and no defence is named"),
    ("seed=3", CNN, "defence-invalid", "seed is 3, and no defence is named"),
    (f"defence={DENOISER}", LITE, "defence-invalid", f"cannot stand in front of {LITE}: {DENOISER} takes 28x28 grey"),
    ("defence=jpeg", READER, "capability-missing", "is no classifier"),
]


@pytest.mark.parametrize(("query", "model", "slug", "sentence"), BAD, ids=[each[0] for each in BAD])
async def test_what_cannot_be_done_is_said_in_a_sentence(
    client: httpx.AsyncClient, query: str, model: str, slug: str, sentence: str
) -> None:
    refused(await show(client, f"{CLASSIFY}?{query}", digit(), model=model), slug, sentence)

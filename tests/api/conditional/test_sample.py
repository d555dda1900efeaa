"""Codes decide what images show; all else comes from the seed."""

import asyncio
from itertools import product
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from app.engine.answers import Answers
from tests.api.conftest import MODEL
from tests.api.generation.requests import busy, queued
from tests.api.steering import CGAN, INFOGAN, ask, facts, floats, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATH = "/v1/sample"


async def test_one_value_for_all_is_a_list_of_it(client: httpx.AsyncClient) -> None:
    one = await floats(client, PATH, model=CGAN, seed=7, num_images=3, codes={"label": 4})
    each = await floats(client, PATH, model=CGAN, seed=7, num_images=3, codes={"label": [4, "4", 4]})
    assert np.array_equal(one, each)


async def test_a_list_gives_each_image_its_value(client: httpx.AsyncClient) -> None:
    asked: dict[str, Any] = {"model": CGAN, "seed": 7, "num_images": 2}
    both = await floats(client, PATH, **asked, codes={"label": [1, 8], "slant": [-1, 0.5]})
    ones = await floats(client, PATH, **asked, codes={"label": 1, "slant": -1})
    eights = await floats(client, PATH, **asked, codes={"label": 8, "slant": 0.5})
    assert np.array_equal(both, np.stack([ones[0], eights[1]]))
    assert not np.array_equal(ones, eights)


async def test_what_is_not_named_is_drawn_from_the_seed_and_told(client: httpx.AsyncClient) -> None:
    asked: dict[str, Any] = {"model": CGAN, "seed": 7, "num_images": 6}
    drawn = await facts(client, PATH, **asked)
    assert len(set(drawn["codes"]["label"])) > 1
    assert drawn["images"] == (await facts(client, "/v1/generate", **asked))["images"]
    named = await facts(client, PATH, **asked, codes=drawn["codes"])
    assert (named["codes"], named["images"]) == (drawn["codes"], drawn["images"])
    assert named["codes"].keys() == {"label", "slant"}


async def test_the_same_seed_is_the_same_image_alone_and_in_company(app: FastAPI, client: httpx.AsyncClient) -> None:
    asked: list[dict[str, Any]] = [
        {"model": CGAN, "seed": seed, "num_images": 1 + seed % 3, "truncation": seed / 10, "codes": {"label": seed}}
        for seed in range(8)
    ]
    alone = [await ask(client, PATH, **each) for each in asked]
    app.state.runtime.answers = Answers(0)  # what was kept must be computed again
    async with busy(app):
        requests = [asyncio.create_task(ask(client, PATH, **each)) for each in asked]
        await queued(app, len(asked))
    together = await asyncio.gather(*requests)
    assert [each.content for each in together] == [each.content for each in alone]
    assert len({each.content for each in alone}) == len(alone)


async def test_a_seeded_answer_has_an_etag_of_its_own(client: httpx.AsyncClient) -> None:
    asked: list[dict[str, Any]] = [
        {},
        {"codes": {"label": 1}},
        {"codes": {"label": 2}},
        {"codes": {"slant": 1}},
        {"model": INFOGAN},
    ]
    asked = [{"model": CGAN, "seed": 7} | each for each in asked]
    tags = [(await ask(client, PATH, **each)).headers["etag"] for each in asked]
    assert len(set(tags)) == len(tags)
    known = await ask(client, PATH, model=CGAN, seed=7, headers={"If-None-Match": tags[0]})
    assert known.status_code == 304
    assert "etag" not in (await ask(client, PATH, model=CGAN)).headers


async def test_truncation_contracts_the_noise_and_leaves_the_codes(client: httpx.AsyncClient) -> None:
    mode = await floats(
        client, PATH, model=CGAN, seed=7, num_images=3, truncation=0, codes={"label": [1, 1, 2], "slant": 0}
    )
    assert np.array_equal(mode[0], mode[1])
    assert not np.array_equal(mode[0], mode[2])


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"label": 10}, "code-invalid", "label is 10; it must be one of 0, 1, 2"),
    ({"label": "ten"}, "code-invalid", "label is 'ten'; it must be one of"),
    ({"slant": 1.5}, "code-invalid", "slant is 1.5; it must be a number in [-1, 1]"),
    ({"slant": "much"}, "code-invalid", "slant is 'much'; it must be a number"),
    ({"label": [1, 2]}, "code-invalid", "label has 2 values for 3 images; give one for all, or one an image"),
    ({"label": []}, "code-invalid", "label has 0 values for 3 images"),
    ({"beard": "long"}, "code-unknown", "no code is named 'beard'; known: label, slant"),
    ({"label": None}, "input-invalid", "codes.label"),
    ({"label": True}, "input-invalid", "codes.label"),
    ({"label": "x" * 65}, "input-invalid", "codes.label"),
]


async def test_codes_that_cannot_be_are_refused_by_name(client: httpx.AsyncClient) -> None:
    for codes, slug, sentence in REFUSED:
        response = await ask(client, PATH, model=CGAN, num_images=3, codes=codes)
        refused(response, slug, sentence)
        assert len(response.content) < 1500


async def test_a_code_that_is_no_number_is_refused(client: httpx.AsyncClient) -> None:
    for name, value in product(("label", "slant"), ("NaN", "Infinity", "1e999", "[0, NaN]")):
        body = f'{{"model": "{CGAN}", "num_images": 2, "codes": {{"{name}": {value}}}}}'
        response = await client.post(PATH, content=body, headers={"content-type": "application/json"})
        refused(response, "code-invalid", f"{name} is ")


async def test_a_model_without_codes_is_told_which_have_some(client: httpx.AsyncClient) -> None:
    response = await ask(client, PATH, model=MODEL, codes={"label": 1})
    refused(response, "capability-missing", f"{MODEL} is no conditional-sampler")
    assert CGAN in response.json()["detail"]


async def test_too_many_images_are_refused_by_name(client: httpx.AsyncClient) -> None:
    refused(await ask(client, PATH, model=CGAN, num_images=1001), "too-many-images", "num_images is 1001")

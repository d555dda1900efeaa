"""The protocol over HTTP."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.engine.answers import Answers
from tests.api.steering import CNN, READER, digit, refused, show

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROBUSTNESS = "/v1/robustness"


async def told(client: httpx.AsyncClient, *files: bytes, **fields: str) -> dict[str, Any]:
    answer = await show(client, ROBUSTNESS, *files, **({"model": CNN, "seed": "7", "eps": "20"} | fields))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_what_is_left_is_told_attack_by_attack(client: httpx.AsyncClient) -> None:
    body = await told(client, digit(1), digit(2), digit(3))
    assert [each["attack"] for each in body["attacks"]] == ["fgsm", "pgd", "pgd-margin", "square"]
    assert (body["clean"]["count"], body["clean"]["of"], body["clean"]["value"]) == (3, 3, 1)
    assert 0.4 < body["clean"]["low"] < 1 == body["clean"]["high"]
    broken = sum(each["broken"] for each in body["attacks"])
    assert body["robust"]["count"] == 3 - broken == body["attacks"][-1]["left"]["count"]
    assert [each["eps"] for each in body["curve"]] == [0, 5, 10, 20, 40, 255]
    assert len(body["images"]) == 3
    assert (body["defence"], body["norm"], body["eps"]) == (None, "linf", 20)


async def test_labels_are_one_for_all_or_one_each(client: httpx.AsyncClient) -> None:
    one = await told(client, digit(1), digit(2), label="class 3")
    each = await told(client, digit(1), digit(2), label="3, 3")
    assert one["clean"] == each["clean"]
    refused(
        await show(client, ROBUSTNESS, digit(1), digit(2), model=CNN, label="1,2,3"),
        "attack-invalid",
        "label names 3 classes for 2 images; one for all, or one each",
    )


async def test_equal_requests_have_equal_answers(app: FastAPI, client: httpx.AsyncClient) -> None:
    first = await told(client, digit(1), defence="bit-depth")
    app.state.runtime.answers = Answers(2**20)
    assert await told(client, digit(1), defence="bit-depth") == first
    assert first["defence"] == "bit-depth"


async def test_a_random_defence_is_flagged_where_it_is_not_averaged(client: httpx.AsyncClient) -> None:
    flagged = await told(client, digit(1), defence="noise", defence_value="1.5")
    assert "random" in {each["sign"] for each in flagged["flags"]}


BAD = [
    ({"protocol": "full"}, "attack-invalid", "no protocol is named 'full'; known: quick, standard, rand"),
    ({"norm": "l1"}, "attack-invalid", "norm is 'l1'; it is linf or l2"),
    ({"eps": "1,2"}, "attack-invalid", "eps has 2 values; the protocol takes one"),
    ({"eps": "0"}, "attack-invalid", "eps is 0 steps of 1/255"),
    ({"label": "cat"}, "attack-invalid", "label is 'cat', which is no class"),
    ({"defence": "wall"}, "defence-invalid", "no defence is named 'wall'"),
    ({"model": READER}, "capability-missing", "is no classifier"),
]


@pytest.mark.parametrize(("fields", "slug", "sentence"), BAD, ids=[str(fields) for fields, _, _ in BAD])
async def test_what_cannot_be_done_is_said_in_a_sentence(
    client: httpx.AsyncClient, fields: dict[str, str], slug: str, sentence: str
) -> None:
    refused(await show(client, ROBUSTNESS, digit(), **({"model": CNN, "eps": "8"} | fields)), slug, sentence)

"""The protocol, told attack by attack."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.engine.answers import Answers
from models.attacks.apgd import APGD
from models.errors import AttackInvalid
from tests.api.lab.play import events
from tests.api.problems import check_problem
from tests.api.rawclient import RawClient
from tests.api.steering import CNN, READER, digit, refused, show

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROBUSTNESS, STREAM = "/v1/robustness", "text/event-stream"
FIELDS = {"model": CNN, "seed": "7", "eps": "20"}


async def streamed(client: httpx.AsyncClient, *files: bytes, **fields: str) -> list[tuple[str, dict[str, Any]]]:
    answer = await show(client, ROBUSTNESS, *files, accept=STREAM, **(FIELDS | fields))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith(STREAM)
    assert answer.headers["cache-control"] == "no-store"
    return events(answer.text)


async def test_each_attack_is_told_and_the_result_is_the_answer(app: FastAPI, client: httpx.AsyncClient) -> None:
    found = await streamed(client, digit(1), digit(2))
    assert [name for name, _ in found] == ["start", "attack", "attack", "attack", "attack", "result"]
    assert found[0][1] == {"count": 2, "attacks": ["fgsm", "pgd", "pgd-margin", "square"]}
    result = found[-1][1]
    assert [data for name, data in found if name == "attack"] == result["attacks"]
    waited = await show(client, ROBUSTNESS, digit(1), digit(2), **FIELDS)
    assert waited.json() == result, "kept under the same name"
    app.state.runtime.answers = Answers(2**20)
    assert (await show(client, ROBUSTNESS, digit(1), digit(2), **FIELDS)).json() == result, "and made again"


async def test_what_is_kept_comes_at_once(client: httpx.AsyncClient) -> None:
    first = await streamed(client, digit(3))
    assert await streamed(client, digit(3)) == first[-1:]


async def test_what_is_wrong_from_the_start_has_a_status(client: httpx.AsyncClient) -> None:
    refused(await show(client, ROBUSTNESS, b"GIF89a", accept=STREAM, **FIELDS), "image-unreadable", "the image is no")
    refused(await show(client, ROBUSTNESS, digit(), accept=STREAM, **(FIELDS | {"eps": "0"})), "attack-invalid", "eps")
    reader = await show(client, ROBUSTNESS, digit(), accept=STREAM, **(FIELDS | {"model": READER}))
    refused(reader, "capability-missing", "is no classifier")
    check_problem(await show(client, ROBUSTNESS, digit(), accept="image/png", **FIELDS), "not-acceptable", 406)


async def test_json_is_what_a_client_gets_that_takes_both(client: httpx.AsyncClient) -> None:
    for accept in ("*/*", f"{STREAM}, application/json", f"{STREAM};q=0.5, application/json"):
        answer = await show(client, ROBUSTNESS, digit(3), accept=accept, **FIELDS)
        assert answer.headers["content-type"] == "application/json"
    both = f"{STREAM}, application/json;q=0.5"
    assert (await show(client, ROBUSTNESS, digit(3), accept=both, **FIELDS)).headers["content-type"].startswith(STREAM)


async def test_what_goes_wrong_on_the_way_is_the_last_event(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise AttackInvalid("nothing works")

    monkeypatch.setattr("app.codec.to_uint8", broken)  # when all attacks are over
    found = await streamed(client, digit(4))
    assert [name for name, _ in found] == ["start", *["attack"] * 4, "problem"]
    assert found[-1][1]["type"] == "/docs/problems/attack-invalid"
    assert found[-1][1]["detail"] == "nothing works"


def listening(app: FastAPI, **fields: str) -> RawClient:
    """A client that hears events and can hang up."""
    return RawClient(
        app,
        httpx.Request(
            "POST",
            f"http://localhost{ROBUSTNESS}",
            data=FIELDS | fields,
            files={"image": ("image.png", digit(5), "image/png")},
            headers={"accept": STREAM},
        ),
    )


async def test_a_client_that_leaves_stops_the_work(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []
    step = APGD.step

    def counted(self: APGD, state: Any) -> Any:
        steps.append(1)
        return step(self, state)

    monkeypatch.setattr(APGD, "step", counted)
    listener = listening(app, protocol="standard", eps="1")
    while b'"attack":"pgd-margin"' not in await listener.heard():
        pass  # a hundred steps of APGD follow, and nine hundred more
    await listener.hang_up()
    await asyncio.sleep(0.1)
    at_departure = len(steps)
    await asyncio.sleep(0.2)
    assert len(steps) == at_departure < 500

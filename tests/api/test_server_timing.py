"""How long an answer took, in a header of its own."""

import re

import httpx
import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(("path", "status"), [("/v1/attacks", 200), ("/v1/nothing", 404)])
async def test_every_answer_tells_its_milliseconds(client: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    found = re.fullmatch(r"total;dur=([0-9]+\.[0-9]{2})", answer.headers["server-timing"])
    assert found is not None
    assert 0 < float(found.group(1)) < 60_000


async def test_bodies_and_names_know_nothing_of_it(client: httpx.AsyncClient) -> None:
    first, second = [await client.get("/v1/attacks") for _ in range(2)]
    assert first.content == second.content
    assert b"dur" not in first.content

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings
from tests.api.problems import check_problem

LIMIT = 1000
JSON = {"content-type": "application/json"}


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """With a small limit, and an endpoint that reads whatever comes."""
    app = create_app(settings.model_copy(update={"max_body_bytes": LIMIT}))

    async def measure(body: dict[str, str]) -> int:
        return sum(map(len, body.values()))

    app.add_api_route("/measure", measure, methods=["POST"])
    return app


def body_of(size: int) -> bytes:
    return b'{"a": "' + b"x" * (size - 9) + b'"}'


async def chunks(body: bytes, size: int = 100) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def test_a_body_of_just_the_limit_is_read(client: httpx.AsyncClient) -> None:
    assert (await client.post("/measure", content=body_of(LIMIT), headers=JSON)).json() == LIMIT - 9
    assert (await client.post("/measure", content=chunks(body_of(LIMIT)), headers=JSON)).json() == LIMIT - 9


async def test_one_byte_more_is_refused_by_its_content_length(client: httpx.AsyncClient) -> None:
    answer = await client.post("/measure", content=body_of(LIMIT + 1), headers=JSON)
    body = check_problem(answer, "body-too-large", 413)
    assert body["detail"] == "a body may have 1000 bytes, this one says 1001"


async def test_a_chunked_body_is_refused_while_it_streams(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * LIMIT:
            sent += 100
            yield b"x" * 100

    answer = await client.post("/measure", content=endless(), headers=JSON)
    check_problem(answer, "body-too-large", 413)
    assert sent <= LIMIT + 200, "nothing is read that cannot be accepted"


@pytest.mark.parametrize("claimed", ["1", "0", "-5", "x", "٣", ""])
async def test_a_lie_about_the_length_changes_nothing(client: httpx.AsyncClient, claimed: str) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", claimed.encode())]
    answer = await client.post("/measure", content=chunks(body_of(LIMIT + 1)), headers=headers)
    check_problem(answer, "body-too-large", 413)


@pytest.mark.parametrize("claimed", ["1001", "0001001", "9" * 5000])
async def test_a_claim_beyond_the_limit_is_believed(client: httpx.AsyncClient, claimed: str) -> None:
    answer = await client.post("/measure", content=chunks(b"{}"), headers=JSON | {"content-length": claimed})
    check_problem(answer, "body-too-large", 413)
    assert len(answer.content) < 600


async def test_an_endpoint_that_reads_no_body_refuses_a_large_one_too(client: httpx.AsyncClient) -> None:
    answer = await client.request("GET", "/health/live", content=body_of(LIMIT + 1))
    check_problem(answer, "body-too-large", 413)

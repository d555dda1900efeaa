from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse
from starlette.types import Message
from structlog.testing import capture_logs

from app.errors import NotReady, QueueFull
from app.main import create_app
from app.problems import PROBLEMS
from models.errors import CheckpointError, ZerosumError
from tests.api.conftest import settings_over
from tests.api.problems import check_problem

SECRET = "/srv/secret/weights"  # noqa: S105 - a path that no client may read


class Body(BaseModel):
    count: Annotated[int, Field(ge=1)]
    inner: dict[str, float] = {}


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def shared_app(weights: Path) -> FastAPI:
    """One application for all of these, with endpoints that go wrong in every way."""
    app = create_app(settings_over(weights))

    async def raise_by_name(name: str) -> None:
        for error in PROBLEMS:
            if error.__name__ == name:
                raise error("told", retry_after=2.1) if error is QueueFull else error("told")
        raise {"Checkpoint": CheckpointError, "Runtime": RuntimeError, "Key": KeyError}[name](SECRET)

    async def take(body: Body) -> Body:
        return body

    async def break_off() -> StreamingResponse:
        async def half() -> AsyncIterator[bytes]:
            yield b"half"
            raise RuntimeError(SECRET)

        return StreamingResponse(half())

    app.add_api_route("/break", break_off)
    app.add_api_route("/raise/{name}", raise_by_name)
    app.add_api_route("/take", take, methods=["POST"])
    return app


@pytest.fixture
def client(shared_client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Of that application."""
    return shared_client


@pytest.mark.parametrize("error", PROBLEMS, ids=lambda error: error.__name__)
async def test_an_error_becomes_its_problem(client: httpx.AsyncClient, error: type[ZerosumError]) -> None:
    kind = PROBLEMS[error]
    body = check_problem(await client.get(f"/raise/{error.__name__}"), kind.slug, kind.status)
    assert (body["title"], body["detail"]) == (kind.title, "told")


@pytest.mark.parametrize("name", ["Runtime", "Key", "Checkpoint"])
async def test_the_unexpected_is_told_without_its_cause(client: httpx.AsyncClient, name: str) -> None:
    with capture_logs() as lines:
        answer = await client.get(f"/raise/{name}", headers={"x-request-id": "abc"})
    check_problem(answer, "internal-error", 500)
    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("unexpected error", "error"),
        ("request", "info"),
    ]
    assert lines[0]["exc_info"]
    assert SECRET not in answer.text
    assert "Error" not in answer.text
    assert answer.json()["request_id"] == "abc"


async def test_a_full_queue_says_when_to_come_back(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/raise/{QueueFull.__name__}")).headers["retry-after"] == "3"
    assert (await client.get(f"/raise/{NotReady.__name__}")).headers["retry-after"] == "1"


async def test_an_unknown_path_is_a_problem(client: httpx.AsyncClient) -> None:
    body = check_problem(await client.get("/v2/models"), "path-unknown", 404)
    assert body["detail"] == "there is nothing at /v2/models"


async def test_a_trailing_slash_is_not_redirected(client: httpx.AsyncClient) -> None:
    check_problem(await client.get("/v1/models/"), "path-unknown", 404)


async def test_a_wrong_method_is_a_problem_that_names_the_right_one(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/v1/models")
    body = check_problem(answer, "method-not-allowed", 405)
    assert body["detail"] == "/v1/models takes GET, got DELETE"
    assert answer.headers["allow"] == "GET"


async def test_each_wrong_field_is_named_with_its_value(client: httpx.AsyncClient) -> None:
    body = check_problem(await client.post("/take", json={"count": 0, "inner": {"a": "x"}}), "input-invalid", 422)
    assert body["detail"] == "count: Input should be greater than or equal to 1, got 0 (and 1 more)"
    assert isinstance(body["errors"], list)
    assert [(error["where"], error["field"]) for error in body["errors"]] == [("body", "count"), ("body", "inner.a")]


async def test_a_missing_field_is_named(client: httpx.AsyncClient) -> None:
    assert (await client.post("/take", json={})).json()["detail"] == "count: Field required"
    assert (await client.post("/take")).json()["detail"] == "body: Field required"


async def test_a_huge_wrong_value_is_not_sent_back_whole(client: httpx.AsyncClient) -> None:
    answer = await client.post("/take", json={"count": "9" * 100_000})
    check_problem(answer, "input-invalid", 422)
    assert len(answer.content) < 1000


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"count": 1,}',
        b"\xff\xfe",
        b'{"a": "\xff"}',
        b"[" * 100_000,
        b'{"count": ' + b"9" * 5000 + b"}",
        b"count=1",
    ],
    ids=["open", "comma", "utf-16", "not-utf-8", "deep", "digits", "form"],
)
async def test_a_body_that_is_no_json_is_a_problem(client: httpx.AsyncClient, content: bytes) -> None:
    answer = await client.post("/take", content=content, headers={"content-type": "application/json"})
    body = check_problem(answer, "body-malformed", 400)
    assert str(body["detail"]).startswith("the body is no JSON: ")
    assert len(answer.content) < 1000


@pytest.mark.parametrize("given", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "nonsense"])
async def test_a_body_of_another_type_is_a_problem(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.post("/take", content=b'{"count": 1}', headers={"content-type": given})
    body = check_problem(answer, "media-type-unsupported", 415)
    assert body["detail"] == f"/take takes application/json, got {given}"


async def test_a_body_of_no_type_is_a_problem(client: httpx.AsyncClient) -> None:
    check_problem(await client.post("/take", content=b'{"count": 1}'), "media-type-unsupported", 415)


@pytest.mark.parametrize("given", ["application/json; charset=utf-8", "Application/JSON", "application/vnd.x+json"])
async def test_json_by_any_of_its_names_is_read(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.post("/take", content=b'{"count": 1}', headers={"content-type": given})
    assert answer.json()["count"] == 1


async def test_a_problem_type_leads_to_its_meaning(client: httpx.AsyncClient) -> None:
    problem = (await client.get(f"/raise/{QueueFull.__name__}")).json()
    assert (await client.get(problem["type"])).json() == {
        "type": problem["type"],
        "title": problem["title"],
        "status": 503,
        "meaning": "More work waits than the bound allows.",
    }
    check_problem(await client.get("/docs/problems/none"), "path-unknown", 404)


async def test_an_answer_that_was_begun_is_broken_off_rather_than_completed_with_a_lie(
    client: httpx.AsyncClient,
) -> None:
    with capture_logs() as lines, pytest.raises(RuntimeError, match=SECRET):  # the server closes the connection on it
        await client.get("/break")
    assert lines[0]["event"] == "unexpected error"


async def test_a_client_that_leaves_before_its_body_came_is_no_error_of_the_server(
    client: httpx.AsyncClient, shared_app: FastAPI
) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"content-length", b"9")]
    await shared_app(
        {"type": "http", "method": "POST", "path": "/take", "query_string": b"", "headers": headers, "root_path": ""},
        receive,
        send,
    )
    assert sent[0]["status"] == 499

"""Clients that leave, and requests that come too late."""

import asyncio
from typing import Any

import httpx
import orjson
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings
from tests.api.conftest import MODEL, Serve
from tests.api.generation.requests import busy, generate, metric, queued


class Visitor:
    """A client at the ASGI level, which can hang up."""

    def __init__(self, app: FastAPI, **fields: Any) -> None:
        self.sent: list[Any] = []
        body = orjson.dumps({"model": MODEL} | fields)
        self.messages: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]
        self.hung_up = asyncio.Event()
        self.request = asyncio.create_task(app(self.scope(), self.receive, self.send))

    def scope(self) -> dict[str, Any]:
        """POST /v1/generate."""
        headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
        names = {"type": "http", "method": "POST", "path": "/v1/generate", "raw_path": b"/v1/generate"}
        rest = {"query_string": b"", "headers": headers, "http_version": "1.1", "scheme": "http", "root_path": ""}
        return {"asgi": {"version": "3.0"}, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)} | names | rest

    async def receive(self) -> dict[str, Any]:
        """The body, and later the end."""
        if self.messages:
            return self.messages.pop(0)
        await self.hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        """Keeps what comes back."""
        self.sent.append(message)

    async def hang_up(self) -> None:
        """Leaves, and returns when the server is done with it."""
        self.hung_up.set()
        await asyncio.wait_for(self.request, 10)


def cancelled(app: FastAPI) -> float:
    """How many rows were dropped."""
    return metric(app, "zerosum_cancelled_rows_total", model=MODEL)


async def test_the_rows_of_a_client_that_leaves_are_dropped(app: FastAPI, client: httpx.AsyncClient) -> None:
    async with busy(app):
        visitor, stayer = Visitor(app, num_images=3, seed=1), asyncio.create_task(generate(client, seed=2))
        await queued(app, 2)
        await visitor.hang_up()
        await queued(app, 1)
        assert cancelled(app) == 3
    assert (await stayer).status_code == 200


async def test_a_client_that_leaves_does_not_take_an_equal_request_along(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    async with busy(app):
        visitor, stayer = Visitor(app, seed=1), asyncio.create_task(generate(client, seed=1))
        await queued(app, 1)
        await asyncio.sleep(0.05)  # both wait for it by now
        await visitor.hang_up()
    assert (await stayer).status_code == 200
    assert cancelled(app) == 0


async def test_a_client_that_stays_gets_its_answer_at_the_asgi_level_too(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    visitor = Visitor(app, seed=1)
    visitor.messages.append({"type": "http.request", "body": b"", "more_body": False})  # no departure
    await asyncio.wait_for(visitor.request, 10)
    assert visitor.sent[0]["status"] == 200
    await asyncio.sleep(0)
    assert "leaves" not in {getattr(task.get_coro(), "__name__", "") for task in asyncio.all_tasks()}, "nobody watches"


async def test_an_answer_that_is_not_ready_in_time_is_given_up(settings: Settings, serve: Serve) -> None:
    app = create_app(settings.model_copy(update={"deadline_seconds": 0.05}))
    async with serve(app) as client, busy(app):
        response = await generate(client, num_images=2)
        assert response.status_code == 504
        assert "within 0.05 s" in response.json()["detail"]
        await queued(app, 0)
    assert cancelled(app) == 2
    assert metric(app, "zerosum_shed_total", model=MODEL, reason="deadline") == 1

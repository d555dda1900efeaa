"""How the tests here play: orders, events, and a client that can leave."""

import asyncio
from typing import Any

import httpx
import orjson
from fastapi import FastAPI

ORDER = {"method": "gan", "target": "ring-8", "seed": 7, "steps": 40, "every": 20, "points": 50}


async def play(client: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    """POST /v1/lab/modes."""
    return await client.post("/v1/lab/modes", json=ORDER | fields)


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Name and data of each event."""
    found = []
    for block in text.removesuffix("\n\n").split("\n\n"):
        name, data = block.split("\n")
        assert name.startswith("event: ")
        assert data.startswith("data: ")
        found.append((name.removeprefix("event: "), orjson.loads(data.removeprefix("data: "))))
    return found


class Viewer:
    """A client at the ASGI level, which takes frames and can hang up, or stop reading."""

    def __init__(self, app: FastAPI, **fields: Any) -> None:
        self.messages: list[dict[str, Any]] = [{"type": "http.request", "body": orjson.dumps(ORDER | fields)}]
        self.chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self.reads, self.hung_up = asyncio.Event(), asyncio.Event()
        self.reads.set()
        self.request = asyncio.create_task(app(self.scope(), self.receive, self.send))

    def scope(self) -> dict[str, Any]:
        """POST /v1/lab/modes, as uvicorn says it."""
        headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
        names = {"type": "http", "method": "POST", "path": "/v1/lab/modes", "raw_path": b"/v1/lab/modes"}
        rest = {"query_string": b"", "headers": headers, "http_version": "1.1", "scheme": "http", "root_path": ""}
        asgi = {"version": "3.0", "spec_version": "2.3"}
        return {"asgi": asgi, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)} | names | rest

    async def receive(self) -> dict[str, Any]:
        """The order, and later the end."""
        if self.messages:
            return self.messages.pop(0)
        await self.hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        """Takes what comes, while it reads."""
        await self.reads.wait()
        if message.get("body"):
            self.chunks.put_nowait(message["body"])

    async def frames(self, n: int) -> None:
        """Returns once so many more events have come."""
        for _ in range(n):
            await asyncio.wait_for(self.chunks.get(), 60)

    async def hang_up(self) -> None:
        """Leaves, and returns when the server is done with it."""
        self.hung_up.set()
        await asyncio.wait_for(self.request, 60)

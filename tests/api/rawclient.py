"""A client at the ASGI level, for what httpx cannot do in one process: to hang up midway, or to stop reading."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI


class RawClient:
    """Sends a request, takes what comes while it reads, and can leave."""

    def __init__(self, app: FastAPI, request: httpx.Request) -> None:
        self.sent = request
        self.messages: list[dict[str, Any]] = [{"type": "http.request", "body": request.read()}]
        self.chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self.reads, self.hung_up = asyncio.Event(), asyncio.Event()
        self.reads.set()
        self.request = asyncio.create_task(app(self.scope(), self.receive, self.send))

    def scope(self) -> dict[str, Any]:
        """The request as uvicorn says it."""
        url, headers = self.sent.url, [(name.lower(), value) for name, value in self.sent.headers.raw]
        names = {"type": "http", "method": self.sent.method, "path": url.path, "raw_path": url.raw_path}
        rest = {"query_string": url.query, "headers": headers, "http_version": "1.1", "scheme": "http", "root_path": ""}
        asgi = {"version": "3.0", "spec_version": "2.3"}
        return {"asgi": asgi, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)} | names | rest

    async def receive(self) -> dict[str, Any]:
        """The request, and later the end."""
        if self.messages:
            return self.messages.pop(0)
        await self.hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        """Takes what comes, while it reads."""
        await self.reads.wait()
        if message.get("body"):
            self.chunks.put_nowait(message["body"])

    async def heard(self) -> bytes:
        """The next piece of the answer."""
        return await asyncio.wait_for(self.chunks.get(), 60)

    async def hang_up(self) -> None:
        """Leaves, and returns when the server is done with it."""
        self.hung_up.set()
        await asyncio.wait_for(self.request, 60)

"""How the tests here play: orders, events, and a client that can leave."""

from typing import Any

import httpx
import orjson
from fastapi import FastAPI

from tests.api.rawclient import RawClient

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


class Viewer(RawClient):
    """One that orders a run, takes its frames, and can hang up."""

    def __init__(self, app: FastAPI, **fields: Any) -> None:
        super().__init__(app, httpx.Request("POST", "http://localhost/v1/lab/modes", json=ORDER | fields))

    async def frames(self, n: int) -> None:
        """Returns once so many more events have come."""
        for _ in range(n):
            await self.heard()

"""Answers that come bit by bit: server-sent events (WHATWG HTML, section 9.2)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import Request
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from app.problems import kind_of, problem
from models.errors import ZerosumError

MEDIA_TYPE = "text/event-stream"
PATIENCE = 30.0  # seconds for a client to take an event: one that reads nothing would keep its place for good
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # proxies would hold events back
ALIVE = ": still at it\n\n"  # a comment, for proxies that cut silent connections


class EventStream(StreamingResponse):
    """Events of work that is closed however the response ends: sent, broken off, or never begun."""

    media_type = MEDIA_TYPE

    def __init__(self, events: AsyncIterator[str], *, close: Callable[[], object]) -> None:
        super().__init__(events, headers=HEADERS)
        self.close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streams until the work ends or the client leaves, or takes no event for too long."""

        async def patient(message: Message) -> None:
            async with asyncio.timeout(PATIENCE):
                await send(message)

        try:
            await super().__call__(scope, receive, patient)
        except TimeoutError:  # the server breaks the connection of an answer that has no end
            return
        finally:
            self.close()


def event(name: str, data: str) -> str:
    """One event; the data are a line of JSON."""
    return f"event: {name}\ndata: {data}\n\n"


async def until_a_problem(request: Request, events: AsyncIterator[str]) -> AsyncIterator[str]:
    """The events; what goes wrong on the way, when the status is out already, is the last of them, `problem`."""
    try:
        async for each in events:
            yield each
    except ZerosumError as error:
        yield event("problem", bytes(problem(request, kind_of(error), str(error)).body).decode())


def streaming(description: str, example: str) -> dict[str, Any]:
    """What OpenAPI says of a stream."""
    return {MEDIA_TYPE: {"schema": {"type": "string", "description": description, "examples": [example]}}}

"""POST /lab/modes, a run as server-sent events; GET /lab/modes, what there is to run."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from app.deps import RuntimeDep
from app.errors import LabBusy, MethodUnknown, NotReady, ShuttingDown, TargetUnknown
from app.lab.schemas import ModesAnswer, ModesEnd, ModesRequest
from app.lab.service import Lab, Live, facts
from app.problems import responses

router = APIRouter(prefix="/lab", tags=["lab"])

EVENTS = {
    "type": "string",
    "description": "Events `frame`, the first before any step and the last after all of them, then one event `end`. "
    "The data of each is one line of JSON.",
    "examples": ['event: frame\ndata: {"step":0,"seconds":0.0,"modes":0,…}\n\nevent: end\ndata: {"step":200,…}\n\n'],
}
STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "The run as it is played.", "content": {"text/event-stream": {"schema": EVENTS}}}
}
PATIENCE = 30.0  # seconds for a client to take a frame: one that reads nothing would keep its place for good
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # proxies would hold frames back


async def lab_of(request: Request) -> Lab:
    """The lab of this application."""
    lab: Lab = request.app.state.lab
    return lab


LabDep = Annotated[Lab, Depends(lab_of)]


class EventStream(StreamingResponse):
    """Server-sent events of a run, which is closed however the response ends: sent, broken off, or never begun."""

    media_type = "text/event-stream"

    def __init__(self, live: Live) -> None:
        super().__init__(encoded(live), headers=HEADERS)
        self.live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streams until the run ends or the client leaves, or takes no frame for too long."""

        async def patient(message: Message) -> None:
            async with asyncio.timeout(PATIENCE):
                await send(message)

        try:
            await super().__call__(scope, receive, patient)
        except TimeoutError:  # the server breaks the connection of an answer that has no end
            return
        finally:
            self.live.close()


async def encoded(live: Live) -> AsyncIterator[str]:
    """Each event as text/event-stream writes it."""
    async for event in live.events():
        name = "end" if isinstance(event, ModesEnd) else "frame"
        yield f"event: {name}\ndata: {event.model_dump_json()}\n\n"


@router.get("/modes", summary="List methods and targets of the mode-collapse lab")
async def list_modes(lab: LabDep) -> ModesAnswer:
    """The methods and the mixtures, each with its paper, and how much of a run one request may ask for."""
    return facts(lab.runs)


@router.post(
    "/modes",
    summary="Watch a GAN collapse, or not",
    response_class=StreamingResponse,
    responses=STREAM | responses(MethodUnknown, TargetUnknown, LabBusy, NotReady, ShuttingDown),
)
async def play_modes(order: ModesRequest, lab: LabDep, runtime: RuntimeDep) -> EventStream:
    """Trains a small GAN on a mixture in the plane and streams it: G's points, D's surface, modes covered.

    The same order plays the same game. Leave, and it stops.
    """
    runtime.require_ready()
    return EventStream(lab.play(order))

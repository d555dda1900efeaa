"""POST /lab/modes, a run as server-sent events; GET /lab/modes, what there is to run; GET /lab/arms-race, a table."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import StreamingResponse

from app.answering.events import EventStream, event, streaming
from app.deps import RuntimeDep
from app.errors import LabBusy, MethodUnknown, NotReady, ShuttingDown, TargetUnknown
from app.lab.arms_race import ArmsRaceAnswer, arms_race
from app.lab.schemas import ModesAnswer, ModesEnd, ModesRequest
from app.lab.service import Lab, Live, facts
from app.problems import responses

router = APIRouter(prefix="/lab", tags=["lab"])

EVENTS = streaming(
    "Events `frame`, the first before any step and the last after all of them, then one event `end`. "
    "The data of each is one line of JSON.",
    'event: frame\ndata: {"step":0,"seconds":0.0,"modes":0,…}\n\nevent: end\ndata: {"step":200,…}\n\n',
)
STREAM: dict[int | str, dict[str, Any]] = {200: {"description": "The run as it is played.", "content": EVENTS}}


async def lab_of(request: Request) -> Lab:
    """The lab of this application."""
    lab: Lab = request.app.state.lab
    return lab


LabDep = Annotated[Lab, Depends(lab_of)]


async def encoded(live: Live) -> AsyncIterator[str]:
    """Each event as text/event-stream writes it."""
    async for each in live.events():
        name = "end" if isinstance(each, ModesEnd) else "frame"
        yield event(name, each.model_dump_json())


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
    live = lab.play(order)
    return EventStream(encoded(live), close=live.close)


@router.get("/arms-race", summary="See who wins, attacker or defender")
async def get_arms_race() -> ArmsRaceAnswer:
    """Attacker against defender, round after round, as `zerosum arms-race` found it: capacity and eps are varied.

    Each round the attacker goes through all that the defender has, and the defender trains: on what beat it, with a
    denoiser in front, or against the attack itself.
    """
    return arms_race()

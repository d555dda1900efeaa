"""GET /health/live and /health/ready."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.deps import RuntimeDep
from app.errors import NotReady, ShuttingDown
from app.problems import responses

router = APIRouter(prefix="/health", tags=["operations"])


class Live(BaseModel):
    """The process answers."""

    status: Literal["live"] = Field("live", description="Always `live`; a dead process does not answer.")


class Ready(BaseModel):
    """The server takes work."""

    status: Literal["ready"] = Field("ready", description="Always `ready`; otherwise the answer is a problem.")
    models: int = Field(description="How many models are served.", examples=[2])
    failed: int = Field(description="How many checkpoints could not be loaded; GET /v1/models says why.", examples=[0])


@router.get("/live", summary="Does the process answer?")
async def live() -> Live:
    """For a supervisor that restarts what hangs. Says nothing of the models: loading may take a while."""
    return Live()


@router.get("/ready", summary="Should requests be sent here?", responses=responses(NotReady, ShuttingDown))
async def ready(runtime: RuntimeDep) -> Ready:
    """For a load balancer. 503 while the models are loaded and warmed, and from SIGTERM on."""
    runtime.require_ready()
    return Ready(models=len(runtime.checkpoints), failed=len(runtime.failed))

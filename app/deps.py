"""What endpoints are given: each a type, so that a signature says what it needs.

All are async though none waits: FastAPI would send a plain function through a thread, at 100 us a call.
"""

from typing import Annotated

from fastapi import Depends, Path, Request

from app.runtime import Runtime


async def runtime_of(request: Request) -> Runtime:
    """The checkpoints and the lanes."""
    runtime: Runtime = request.app.state.runtime
    return runtime


RuntimeDep = Annotated[Runtime, Depends(runtime_of)]
ModelIdPath = Annotated[
    str, Path(description="The id of a model, as GET /v1/models lists it.", examples=["sngan-mnist"])
]

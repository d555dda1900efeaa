"""GET /openapi.json, and what each type of problem means."""

from inspect import getdoc
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from app.problems import FRAMEWORK, INPUT_INVALID, INTERNAL, PROBLEMS, TYPES

router = APIRouter(tags=["operations"])
MEANINGS = {kind: getdoc(error) or "" for error, kind in PROBLEMS.items()} | {
    INPUT_INVALID: "A field has the wrong type or lies outside what it may be; `errors` names each.",
    INTERNAL: "A defect of the server; its log has the cause under the request_id.",
    FRAMEWORK[400]: "The request's body or headers cannot be read.",
    FRAMEWORK[404]: "No endpoint has this path.",
    FRAMEWORK[405]: "The endpoint is there but takes another method; `Allow` says which.",
}
KINDS = {kind.slug: kind for kind in MEANINGS}


class ProblemType(BaseModel):
    """A type of problem, apart from any occasion."""

    type: str = Field(description="As problems carry it.", examples=[TYPES + "queue-full"])
    title: str = Field(description="The type in words.", examples=["The server is busy"])
    status: int = Field(description="The HTTP status that it comes with.", examples=[503])
    meaning: str = Field(description="What happened.", examples=["More work waits than the bound allows."])


@router.get("/openapi.json", include_in_schema=False)
async def read_openapi(request: Request) -> dict[str, Any]:
    """The document that Swagger UI and client generators read."""
    spec: dict[str, Any] = request.app.openapi()
    return spec


@router.get(TYPES + "{slug}", summary="Read what a problem means")
async def get_problem(
    slug: Annotated[str, Path(description="The last part of a problem's `type`.", examples=["queue-full"])],
) -> ProblemType:
    """Where the `type` of a problem leads."""
    if slug not in KINDS:
        raise HTTPException(404)
    kind = KINDS[slug]
    return ProblemType(type=TYPES + slug, title=kind.title, status=kind.status, meaning=MEANINGS[kind])

"""GET /examples and /examples/{name}."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from app.answering.respond import IfNoneMatch, named
from app.errors import ExampleUnknown
from app.examples.schemas import ExampleList, facts
from app.examples.shelf import EXAMPLES, find, read
from app.problems import responses

router = APIRouter(prefix="/examples", tags=["classification"])
FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The image.", "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "The image is the one that `If-None-Match` names."},
}


@router.get("", summary="List example images")
async def list_examples() -> ExampleList:
    """Images to try the endpoints with: free photographs, and digits and emoji for the models of these."""
    return ExampleList(examples=[facts(example) for example in EXAMPLES])


@router.get(
    "/{name}", summary="Get an example image", response_class=Response, responses=FILE | responses(ExampleUnknown)
)
async def get_example(
    name: Annotated[str, Path(description="A name of GET /v1/examples.", examples=["cat.png"])],
    if_none_match: IfNoneMatch = "",
) -> Response:
    """The file, a PNG. Carries a strong ETag."""
    content = read(find(name))
    headers = {"ETag": content.etag, "Cache-Control": "no-cache"}
    if named(if_none_match, content.etag):
        return Response(status_code=304, headers=headers)
    return Response(content.data, media_type="image/png", headers=headers)

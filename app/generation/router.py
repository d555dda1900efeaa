"""POST /generate."""

import random
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response

from app.deps import RuntimeDep
from app.errors import (
    CapabilityMissing,
    DeadlineExceeded,
    ModelFailed,
    ModelUnknown,
    NotAcceptable,
    NotReady,
    QueueFull,
    ShuttingDown,
    TooManyImages,
)
from app.generation.presence import departure
from app.generation.schemas import GenerateAnswer, GenerateRequest
from app.generation.service import Order, etag_of, facts_of, form_of, generate
from app.problems import responses
from models.priors import MAX_SEED

router = APIRouter(tags=["generation"])

BINARY = {"type": "string", "format": "binary"}
ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The images, in the form that `Accept` asks for. Headers `X-Zerosum-…` carry the facts; "
        "a seeded answer has a strong `ETag`.",
        "content": {
            "image/png": {"schema": BINARY | {"description": "One image, or a grid of several."}},
            "application/json": {"schema": GenerateAnswer.model_json_schema()},
            "application/zip": {"schema": BINARY | {"description": "0000.png, 0001.png … and facts.json."}},
            "application/x-npy": {
                "schema": BINARY | {"description": "float32 n c h w in [0, 1]; numpy.load reads it."}
            },
        },
    },
    304: {"description": "The answer is the one that `If-None-Match` names; nothing was computed."},
}
PROBLEMS = responses(
    ModelUnknown,
    NotAcceptable,
    CapabilityMissing,
    TooManyImages,
    ModelFailed,
    NotReady,
    QueueFull,
    ShuttingDown,
    DeadlineExceeded,
)


@router.post("/generate", summary="Draw images from a model", response_class=Response, responses=ANSWER | PROBLEMS)
async def post_generate(
    order: GenerateRequest,
    request: Request,
    runtime: RuntimeDep,
    if_none_match: Annotated[str, Header(description="The ETag of an answer that you have.")] = "",
) -> Response:
    """Draws `num_images` images. Equal requests with a seed get equal bytes, whoever else is being served."""
    settled = Order(
        model=order.model,
        count=order.num_images,
        seed=any_seed() if order.seed is None else order.seed,
        truncation=order.truncation,
        form=form_of(", ".join(request.headers.getlist("accept"))),
    )
    facts = facts_of(runtime, settled)
    etag = etag_of(runtime, settled) if order.seed is not None else None
    headers = {f"X-Zerosum-{name.title()}": str(value) for name, value in facts.items()} | {"Vary": "Accept"}
    headers |= {"Cache-Control": "no-cache", "ETag": etag} if etag else {"Cache-Control": "no-store"}
    if etag and named(if_none_match, etag):
        return Response(status_code=304, headers=headers)
    with departure(request.receive) as gone:
        body = await generate(runtime, settled, facts, etag, gone=gone)
    return Response(body, media_type=settled.form.media_type, headers=headers)


def any_seed() -> int:
    """A seed that nobody asked for. It is no secret: the kernel's generator would stop the event loop for a while."""
    return random.getrandbits(MAX_SEED.bit_length())


def named(if_none_match: str, etag: str) -> bool:
    """Whether If-None-Match names this ETag (RFC 9110, section 13.1.2: by weak comparison)."""
    return bool({tag.strip().removeprefix("W/") for tag in if_none_match.split(",")} & {etag, "*"})

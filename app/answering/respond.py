"""The HTTP side of an order: its headers, and whether the client has the answer already."""

from typing import Annotated

from fastapi import Header, Request, Response

from app.answering.order import Order, etag_of, fulfil
from app.answering.presence import departure
from app.runtime import Runtime

IfNoneMatch = Annotated[str, Header(description="The ETag of an answer that you have.")]


def accepted(request: Request) -> str:
    """Every Accept header as one."""
    return ", ".join(request.headers.getlist("accept"))


async def respond(request: Request, runtime: Runtime, order: Order, if_none_match: str) -> Response:
    """The answer to an order, or 304 where the client has it."""
    etag = etag_of(runtime, order)
    headers = {f"X-Zerosum-{name.title().replace('_', '-')}": str(value) for name, value in order.facts.items()}
    headers["Vary"] = "Accept"
    headers |= {"Cache-Control": "no-cache", "ETag": etag} if etag else {"Cache-Control": "no-store"}
    if etag and named(if_none_match, etag):
        return Response(status_code=304, headers=headers)
    with departure(request.receive) as gone:
        body = await fulfil(runtime, order, etag, gone=gone)
    return Response(body, media_type=order.form.media_type, headers=headers)


def named(if_none_match: str, etag: str) -> bool:
    """Whether If-None-Match names this ETag (RFC 9110, section 13.1.2: by weak comparison)."""
    return bool({tag.strip().removeprefix("W/") for tag in if_none_match.split(",")} & {etag, "*"})

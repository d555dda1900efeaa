"""The one table from what went wrong to what the client reads: RFC 9457 problem bodies for every error.

Only this file knows HTTP statuses, and only this file catches what nobody expected.
"""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from math import ceil
from typing import Any, NamedTuple

import orjson
import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import errors
from models import errors as model_errors
from models.errors import ZerosumError

MEDIA_TYPE = "application/problem+json"
FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")
TYPES = "/docs/problems/"  # a type is a link: GET it to read what the problem means
SHOWN = 80  # characters of a wrong value that are sent back

log = structlog.get_logger("zerosum.problems")


class Kind(NamedTuple):
    """One type of problem. The slug never changes."""

    slug: str
    title: str
    status: int


PROBLEMS: dict[type[ZerosumError], Kind] = {
    errors.ModelUnknown: Kind("model-unknown", "No such model", 404),
    errors.ModelFailed: Kind("model-failed", "The model could not be loaded", 503),
    errors.CapabilityMissing: Kind("capability-missing", "The model cannot do that", 422),
    errors.SamplesMissing: Kind("samples-missing", "The model has no sample sheet", 404),
    errors.ExampleUnknown: Kind("example-unknown", "No such example", 404),
    errors.DeviceMissing: Kind("device-missing", "The server's device is missing", 503),
    errors.TooManyImages: Kind("too-many-images", "Too many images for one request", 422),
    errors.ImageUnreadable: Kind("image-unreadable", "The image cannot be read", 422),
    errors.ImageTooLarge: Kind("image-too-large", "The image has too many pixels", 422),
    errors.ImageSizeWrong: Kind("image-size-wrong", "The image has the wrong size", 422),
    errors.UpscaleInvalid: Kind("upscale-invalid", "The image cannot be enlarged so", 422),
    errors.MethodUnknown: Kind("method-unknown", "The lab has no such method", 422),
    errors.TargetUnknown: Kind("target-unknown", "The lab has no such target", 422),
    errors.LabBusy: Kind("lab-busy", "The lab is busy", 503),
    errors.NotAcceptable: Kind("not-acceptable", "No acceptable media type", 406),
    errors.MediaTypeUnsupported: Kind("media-type-unsupported", "The body has an unsupported media type", 415),
    errors.BodyMalformed: Kind("body-malformed", "The body cannot be read", 400),
    errors.BodyTooLarge: Kind("body-too-large", "The body is too large", 413),
    errors.Unauthorised: Kind("unauthorised", "A bearer key is needed", 401),
    errors.OriginForbidden: Kind("origin-forbidden", "The request comes from another site", 403),
    errors.QueueFull: Kind("queue-full", "The server is busy", 503),
    errors.DeadlineExceeded: Kind("deadline-exceeded", "The answer was not ready in time", 504),
    errors.ClientGone: Kind("client-gone", "The client left", 499),
    errors.NotReady: Kind("not-ready", "The server is still loading its models", 503),
    errors.ShuttingDown: Kind("shutting-down", "The server is shutting down", 503),
    model_errors.LatentInvalid: Kind("latent-invalid", "No such latent", 422),
    model_errors.CodeInvalid: Kind("code-invalid", "The code cannot take that value", 422),
    model_errors.CodeUnknown: Kind("code-unknown", "The model has no such code", 422),
    model_errors.DirectionUnknown: Kind("direction-unknown", "The model does not translate that way", 422),
    model_errors.AttackInvalid: Kind("attack-invalid", "The attack cannot be made", 422),
    model_errors.DefenceInvalid: Kind("defence-invalid", "The defence cannot be put up", 422),
    model_errors.CalibrationMissing: Kind("calibration-missing", "The model knows no held-out normals", 422),
    model_errors.CalibrationTooSmall: Kind("calibration-too-small", "Too few held-out normals for that rate", 422),
    model_errors.CardMissing: Kind("card-missing", "The checkpoint has no card", 503),
    model_errors.CardInvalid: Kind("card-invalid", "The checkpoint's card is invalid", 503),
    model_errors.WeightsMissing: Kind("weights-missing", "The checkpoint has no weights", 503),
    model_errors.WeightsCorrupt: Kind("weights-corrupt", "The checkpoint's weights are corrupt", 503),
    model_errors.FamilyUnknown: Kind("family-unknown", "The checkpoint is of an unknown family", 503),
}
INPUT_INVALID = Kind("input-invalid", "The input is invalid", 422)
INTERNAL = Kind("internal-error", "Something went wrong in the server", 500)
FRAMEWORK: dict[int, Kind] = {
    400: Kind("bad-request", "The request cannot be read", 400),
    404: Kind("path-unknown", "There is nothing here", 404),
    405: Kind("method-not-allowed", "The method is not allowed", 405),
}
UNREADABLE: dict[type[BaseException], str] = {  # what json.loads raises besides its own errors, the closest first
    UnicodeDecodeError: "it is not UTF-8",
    RecursionError: "it nests too deeply",
    ValueError: "a number in it has too many digits",
}
RETRY_SECONDS = 1  # for a server that is loading
LAB_SECONDS = 5  # about what a live run takes


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    where: str = Field(description="`body`, `path`, `query` or `header`.", examples=["body"])
    field: str = Field(description="The field, dotted where it is nested.", examples=["num_images"])
    message: str = Field(
        description="What it should be, and what it was.", examples=["Input should be greater than 0, got -1"]
    )


class Problem(BaseModel):
    """A problem as of RFC 9457; every error of this API has this shape and the type application/problem+json."""

    type: str = Field(
        description="Which problem; never changes. GET it for what it means.", examples=[TYPES + "model-unknown"]
    )
    title: str = Field(description="The type in words.", examples=["No such model"])
    status: int = Field(description="The HTTP status.", examples=[404])
    detail: str = Field(
        description="What happened this time: the thing, the limit, the value.", examples=["no model is named 'gan'"]
    )
    instance: str = Field(description="The path that was asked for.", examples=["/v1/generate"])
    request_id: str = Field(
        description="The X-Request-ID of the answer; the server's log has it.", examples=["3e5f0c8a91b27d64"]
    )
    errors: list[FieldProblem] | None = Field(default=None, description="Each wrong field, where the input is invalid.")


def problem(
    request: Request,
    kind: Kind,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    fields: Iterable[FieldProblem] | None = None,
) -> Response:
    """The answer to a request that met a problem."""
    body = Problem(
        type=TYPES + kind.slug,
        title=kind.title,
        status=kind.status,
        detail=detail,
        instance=request.scope["path"],
        request_id=getattr(request.state, "request_id", ""),
        errors=list(fields) if fields is not None else None,
    )
    content = orjson.dumps(body.model_dump(exclude_none=True))
    return Response(content, status_code=kind.status, headers=headers, media_type=MEDIA_TYPE)


def kind_of(error: ZerosumError) -> Kind:
    """The problem of an error. Raises the error itself when the table has none: then it is no client's business."""
    for cls in type(error).__mro__:
        if cls in PROBLEMS:
            return PROBLEMS[cls]
    raise error


def headers_of(error: ZerosumError) -> dict[str, str]:
    """What an error says besides its body."""
    match error:
        case errors.QueueFull():
            return {"Retry-After": str(max(1, ceil(error.retry_after)))}
        case errors.NotReady():
            return {"Retry-After": str(RETRY_SECONDS)}
        case errors.LabBusy():
            return {"Retry-After": str(LAB_SECONDS)}
        case errors.Unauthorised():
            return {"WWW-Authenticate": 'Bearer realm="zerosum"'}
        case _:
            return {}


async def on_zerosum(request: Request, error: ZerosumError) -> Response:
    """An error raised on purpose."""
    return problem(request, kind_of(error), str(error), headers=headers_of(error))


async def on_http(request: Request, error: HTTPException) -> Response:
    """What Starlette and FastAPI refuse, or what they made of an error that was ours."""
    match error.__cause__:
        case ZerosumError() as ours:
            return await on_zerosum(request, ours)
        case ClientDisconnect():
            return await on_zerosum(request, errors.ClientGone("the client left before its body was read"))
        case cause if error.status_code == 400 and isinstance(cause, tuple(UNREADABLE)):
            reason = next(reason for cls, reason in UNREADABLE.items() if isinstance(cause, cls))
            return await on_zerosum(request, errors.BodyMalformed(f"the body is no JSON: {reason}"))
    kind = FRAMEWORK.get(error.status_code) or Kind(f"http-{error.status_code}", error.detail, error.status_code)
    path, headers = request.scope["path"], error.headers or {}
    detail = {
        404: f"there is nothing at {path}",
        405: f"{path} takes {headers.get('Allow', 'another method')}, got {request.method}",
    }.get(error.status_code, error.detail)
    return problem(request, kind, detail, headers=headers)


async def on_invalid(request: Request, error: RequestValidationError) -> Response:
    """Input that its schema refuses: each field by name, and the first of them in the sentence."""
    found = error.errors()
    if found[0]["type"] == "json_invalid":
        where, reason = found[0]["loc"][-1], found[0]["ctx"]["error"]
        return await on_zerosum(request, errors.BodyMalformed(f"the body is no JSON: {reason} at character {where}"))
    is_form = isinstance(error.body, FormData)  # what FastAPI read of the body where the endpoint wants a form
    is_text = found[0]["loc"] == ("body",) and found[0]["type"] != "missing"
    if (is_form and media_type(request) not in FORM_TYPES) or (is_text and not says_json(request)):
        wanted, got = FORM_TYPES[0] if is_form else "application/json", request.headers.get("content-type", "none")
        return await on_zerosum(
            request, errors.MediaTypeUnsupported(f"{request.scope['path']} takes {wanted}, got {got[:SHOWN]}")
        )
    fields = [field_problem(each) for each in found]
    more = f" (and {len(fields) - 1} more)" if len(fields) > 1 else ""
    return problem(request, INPUT_INVALID, f"{fields[0].field}: {fields[0].message}{more}", fields=fields)


def says_json(request: Request) -> bool:
    """Whether the body claims to be JSON."""
    said = media_type(request)
    return said == "application/json" or (said.startswith("application/") and said.endswith("+json"))


def media_type(request: Request) -> str:
    """What the body claims to be, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def field_problem(found: Mapping[str, Any]) -> FieldProblem:
    """One of pydantic's findings, with the value that was sent."""
    where, *path = (str(part) for part in found["loc"])
    value = repr(found.get("input"))
    got = "" if found["type"] == "missing" else f", got {value if len(value) <= SHOWN else value[:SHOWN] + '…'}"
    return FieldProblem(where=where, field=".".join(path) or where, message=found["msg"] + got)


Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]
HANDLERS: dict[int | type[Exception], Handler] = {
    ZerosumError: on_zerosum,
    HTTPException: on_http,
    RequestValidationError: on_invalid,
}


class Unexpected:
    """The last resort, around everything that may fail: no client ever reads an exception's text."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers what the inner middleware refuse with its problem, and the unexpected with an opaque one."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        request = Request(scope)
        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            if isinstance(error, ZerosumError) and type(error) in PROBLEMS and not started:
                response = await on_zerosum(request, error)
            else:
                log.exception("unexpected error", path=scope["path"])
                response = problem(request, INTERNAL, "the error is in the server's log, under this request_id")
            if started:  # the status is out: breaking the connection is the only way left to say that this went wrong
                raise
            await response(scope, receive, send)


def responses(*raised: type[ZerosumError]) -> dict[int | str, dict[str, Any]]:
    """What an endpoint documents of the errors that it may answer with, by status."""
    return documented(PROBLEMS[error] for error in raised)


def documented(kinds: Iterable[Kind]) -> dict[int | str, dict[str, Any]]:
    """The answers of these kinds as OpenAPI describes them, by status, with an example each."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}}
        answer = by_status.setdefault(kind.status, {"description": "", "content": content})
        answer["description"] = f"{answer['description']} {kind.title}.".strip()
        answer["content"][MEDIA_TYPE]["examples"][kind.slug] = {"value": example(kind)}
    return by_status


def example(kind: Kind) -> dict[str, Any]:
    """The body of a problem, with an occasion made up."""
    return {
        "type": TYPES + kind.slug,
        "title": kind.title,
        "status": kind.status,
        "detail": "the thing, the limit and the value",
        "instance": "/v1/generate",
        "request_id": "3e5f0c8a91b27d64",
    }

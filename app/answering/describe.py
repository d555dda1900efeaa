"""What the OpenAPI document says of an answer in several forms."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from app.answering.forms import GIF, NPY, PNG, ZIP, Form
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
from app.problems import responses
from models.errors import ZerosumError

Responses = dict[int | str, dict[str, Any]]

BINARY = {"type": "string", "format": "binary"}
MEANINGS = {  # JSON has a schema of its own
    PNG: "One image, or a grid of several.",
    ZIP: "0000.png, 0001.png … and facts.json.",
    NPY: "float32 n c h w in [0, 1]; numpy.load reads it.",
    GIF: "The images one after the other, as an animation.",
}
RAISED = (
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


def answers(
    forms: Sequence[Form], document: type[BaseModel], *raised: type[ZerosumError], kept: str = "a seeded answer"
) -> Responses:
    """The responses of an endpoint that gives these forms, JSON as `document`; it may raise more than all do."""
    content: dict[str, Any] = {
        form.media_type: {"schema": BINARY | {"description": MEANINGS[form]}} if form in MEANINGS else {}
        for form in forms
    }
    given: Responses = {
        200: {
            "model": document,
            "description": f"What was asked for, in the form that `Accept` names. Headers `X-Zerosum-…` carry the "
            f"facts; {kept} has a strong `ETag`.",
            "content": content,
        },
        304: {"description": "The answer is the one that `If-None-Match` names; nothing was computed."},
    }
    return given | responses(*RAISED, *raised)

"""Orders for what networks make of images that a client sends."""

from collections.abc import Mapping
from typing import Any, cast

from app.answering.drawing import bounded
from app.answering.forms import Form
from app.answering.framing import Framed
from app.answering.order import Order
from app.answering.pictures import Pictures
from app.engine.call import Operation
from app.runtime import Runtime
from models.card import ImageSpec


def looking(
    runtime: Runtime, operation: Operation, pictures: Pictures, form: Form, *, facts: Mapping[str, Any], passes: int = 1
) -> Order:
    """The operation on each picture; `passes` says how many times over a network works on every pixel.

    Raises TooManyImages; what is wrong with a picture is told once a lane has decoded it.
    """
    card, count, settings = runtime.card(operation.model), len(pictures.files), runtime.settings
    spec = cast(ImageSpec, card.input)  # a model that takes images is refused without one when it is loaded
    bounded(runtime, "the number of images", count)
    return Order(
        operation=operation,
        form=form,
        terms=pictures.terms,
        facts={"model": card.id, "weights": card.sha256, "count": count, **facts},
        rows=count,
        row_cost=passes * spec.width * spec.height,
        prepare=lambda rows: (pictures.decode(rows, spec, max_pixels=settings.max_pixels),),
    )


def looking_at_frames(
    runtime: Runtime, operation: Operation, framed: Framed, form: Form, *, facts: Mapping[str, Any], passes: int = 1
) -> Order:
    """The operation on every frame of these images. Raises TooManyImages, for frames as for images."""
    card, spec = runtime.card(operation.model), framed.spec
    bounded(runtime, "the number of images", len(framed.files))
    bounded(runtime, "the number of frames that cover the images", len(framed.rows))
    return Order(
        operation=operation,
        form=form,
        terms=framed.terms,
        facts={"model": card.id, "weights": card.sha256, "count": len(framed.files), **facts},
        rows=len(framed.rows),
        row_cost=passes * spec.width * spec.height,
        prepare=lambda rows: (framed.frames(rows),),
    )

"""Orders for images of latents, whichever way the latents came to be."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import torch

from app import codec
from app.answering.forms import Form
from app.answering.order import Order
from app.engine.call import Inputs, Operation
from app.errors import TooManyImages
from app.operations import SAMPLE, then
from app.runtime import Runtime
from models.card import ImageSpec
from models.tensors import Latents

Details = Callable[[], Mapping[str, Any]]


def drawing(
    runtime: Runtime,
    model: str,
    form: Form,
    *,
    count: int,
    columns: int,
    truncation: float,
    latents: Callable[[range], Latents],
    terms: Sequence[object] | None,
    facts: Mapping[str, Any],
    details: Details = dict,
) -> Order:
    """Images of `count` latents. Rows of different seeds and truncations share batches.

    `terms` are whatever decides the latents, None where nobody could ask for the same ones again.
    """

    def prepare(rows: range) -> Inputs:
        return latents(rows), torch.full((len(rows),), truncation)

    return pictured(
        runtime,
        runtime.operation(model, SAMPLE),
        form,
        count=count,
        columns=columns,
        truncation=truncation,
        prepare=prepare,
        terms=terms,
        facts=facts,
        details=details,
    )


def pictured(
    runtime: Runtime,
    operation: Operation,
    form: Form,
    *,
    count: int,
    columns: int,
    truncation: float,
    prepare: Callable[[range], Inputs],
    terms: Sequence[object] | None,
    facts: Mapping[str, Any],
    details: Details = dict,
) -> Order:
    """`count` images that an operation draws, with the facts that all such answers have."""
    card = runtime.card(operation.model)
    output = cast(ImageSpec, card.output)  # a sampler without one is refused when it is loaded
    return Order(
        operation=operation if form.floats else then(operation, "uint8", codec.to_uint8),
        form=form,
        terms=None if terms is None else (count, columns, truncation, *terms),
        facts={
            "model": card.id,
            "weights": card.sha256,
            **facts,
            "count": count,
            "truncation": truncation,
            "width": output.width,
            "height": output.height,
            "channels": output.channels,
            "columns": columns,
        },
        details=details,
        rows=count,
        row_cost=output.width * output.height,
        prepare=prepare,
    )


def bounded(runtime: Runtime, name: str, count: int) -> None:
    """Raises TooManyImages when a request asks for more of what it calls `name` than the server allows."""
    limit = runtime.settings.max_images
    if count > limit:
        raise TooManyImages(f"{name} is {count}; one request may ask for at most {limit}")

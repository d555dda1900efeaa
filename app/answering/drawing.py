"""Orders for images of latents, whichever way the latents came to be."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import torch
from torch import Tensor

from app import codec
from app.answering.forms import Form
from app.answering.order import Order
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
    operation = runtime.operation(model, SAMPLE)
    card = runtime.card(model)
    output = cast(ImageSpec, card.output)  # a sampler without one is refused when it is loaded

    def prepare(rows: range) -> tuple[Tensor, ...]:
        return latents(rows), torch.full((len(rows),), truncation)

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

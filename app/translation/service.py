"""Images that a client sends to an order for their translations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from app import codec
from app.answering.canvas import on_one_canvas
from app.answering.forms import JSON, PNG, ZIP, Form, array
from app.answering.framing import Fit, Floats, framed
from app.answering.looking import looking_at_frames
from app.answering.order import Order
from app.operations import TRANSLATE
from app.runtime import Runtime
from models.blocks import recoloured
from models.capabilities import Translator
from models.errors import DirectionUnknown
from models.tensors import Images

FORMS = (PNG, JSON, ZIP)


def order_of(
    runtime: Runtime, model: str, files: Sequence[bytes], form: Form, *, direction: str | None, fit: Fit, cycle: bool
) -> Order:
    """Each image translated. Raises DirectionUnknown, and what is wrong with an image."""
    network, card = runtime.get(model, Translator), runtime.card(model)
    direction = direction or network.directions[0]
    forward, passes = (there_and_back, 2) if cycle else (there, 1)
    operation = replace(
        runtime.operation(model, TRANSLATE),
        name=f"translate {direction} {forward.__name__}",
        forward=forward(network, direction),
    )
    assert card.input is not None  # noqa: S101 - a model that takes images is refused without one when it is loaded
    pictures = framed(files, card.input, fit, max_pixels=runtime.settings.max_pixels)

    def join(parts: list[Floats], facts: Mapping[str, Any]) -> bytes:
        answers = pictures.together(parts)
        strips = [strip(answer, card.input.channels if cycle and card.input else len(answer)) for answer in answers]
        sizes = [answer.shape[:0:-1] for answer in answers]
        if form is PNG:
            return codec.pngs(on_one_canvas(strips)[None])[0]
        images = [codec.pngs(each[None])[0] for each in strips]
        return (codec.document if form is JSON else codec.archive)(images, {**facts, "sizes": sizes})

    facts = {"direction": direction, "fit": fit.value, "cycle": cycle}
    whole = replace(form, floats=True, render=array, join=join)
    order = looking_at_frames(runtime, operation, pictures, whole, facts=facts, passes=passes)
    return replace(order, terms=(*pictures.terms, direction, cycle))


def there(network: Translator, direction: str) -> Callable[[Images], Tensor]:
    """x -> its translation. Raises DirectionUnknown."""
    if direction not in network.directions:
        raise DirectionUnknown(f"direction is {direction!r}; it must be one of {', '.join(network.directions)}")
    return lambda x: network.translate(x, direction)


def there_and_back(network: Translator, direction: str) -> Callable[[Images], Tensor]:
    """x -> x, its translation, and what becomes of that, in 8 bits, on the way back, channels one behind the other.

    Raises DirectionUnknown, also for a model that knows no way back.
    """
    one_way = there(network, direction)
    back = [other for other in network.directions if other != direction]
    if not back:
        raise DirectionUnknown(f"there is no way back from {direction}: the model goes one way")

    def run(x: Images) -> Tensor:
        y = one_way(x)
        seen = (y * 255 + 0.5).floor().clamp(0, 255) / 255  # what a client would send back
        return torch.cat([x, recoloured(y, x.shape[1]), network.translate(seen, back[0])], dim=1)

    return run


def strip(answer: Floats, channels: int) -> codec.Pixels:
    """(n c) h w -> h (n w) c: images of `channels` side by side."""
    images = torch.from_numpy(np.ascontiguousarray(answer)).unflatten(0, (-1, channels))
    pixels: codec.Pixels = codec.grid(codec.to_uint8(images).numpy(), columns=len(images))[0]
    return pixels

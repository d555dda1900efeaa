"""Images that a client sends to an order for what becomes of them there and back."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

from torch import Tensor

from app import codec
from app.answering.forms import Form
from app.answering.looking import looking
from app.answering.order import Order
from app.answering.pictures import Pictures
from app.operations import RECONSTRUCT
from app.runtime import Runtime
from models.card import ImageSpec


def order_of(runtime: Runtime, model: str, pictures: Pictures, form: Form) -> Order:
    """Each image beside its reconstruction, and how far they are apart."""
    operation = runtime.operation(model, RECONSTRUCT)
    spec = cast(ImageSpec, runtime.card(model).output)  # a sampler without one is refused when it is loaded
    facts = {"width": spec.width, "height": spec.height, "channels": spec.channels, "columns": 2}
    both = replace(form, render=partial(paired, form), join=partial(joined, form))
    return looking(runtime, operation, pictures, both, facts=facts, passes=2)


def paired(form: Form, pairs: Tensor) -> tuple[list[float], Any]:
    """b 2 c h w -> the mean squared error of each pair, and what the form makes of their images."""
    errors = [float((x - y).double().square().mean()) for x, y in pairs]  # one by one: a sum depends on its shape
    images = pairs.flatten(0, 1)
    return errors, form.render(images if form.floats else codec.to_uint8(images))


def joined(form: Form, parts: list[tuple[list[float], Any]], facts: Mapping[str, Any]) -> bytes:
    """The body: images, and the errors where it tells facts."""
    errors = [error for each, _ in parts for error in each]
    return form.join([images for _, images in parts], {**facts, "mean_squared_error": errors})

"""A request for images with codes to an order."""

from collections.abc import Mapping
from typing import Any

from app import codec
from app.answering.codes import read_codes
from app.answering.drawing import bounded, drawing
from app.answering.fields import CodeValue
from app.answering.forms import Form
from app.answering.order import Order
from app.answering.seeds import any_seed
from app.conditional.schemas import SampleRequest
from app.runtime import Runtime
from models.capabilities import ConditionalSampler
from models.codes import code_named
from models.errors import CodeInvalid
from models.priors import CodedPrior
from models.tensors import Latents

Choices = Mapping[str, list[CodeValue]]


def order_of(runtime: Runtime, asked: SampleRequest, form: Form) -> Order:
    """Images of the rows of one seed, with the codes that were chosen. Raises CodeUnknown, CodeInvalid and others."""
    prior, count = runtime.get(asked.model, ConditionalSampler).prior, asked.num_images
    bounded(runtime, "num_images", count)
    choices = {name: an_image_each(name, value, count) for name, value in asked.codes.items()}
    for name, values in choices.items():
        code_named(prior.codes, name).rows(values)  # what cannot be is refused before anything waits
    seed = any_seed() if asked.seed is None else asked.seed

    def latents(rows: range) -> Latents:
        chosen = {name: values[rows.start : rows.stop] for name, values in choices.items()}
        return prior.choose(prior.draw(seed=seed, rows=rows), chosen)

    return drawing(
        runtime,
        asked.model,
        form,
        count=count,
        columns=codec.square(count),
        truncation=asked.truncation,
        latents=latents,
        terms=None if asked.seed is None else (seed, sorted(choices.items())),
        facts={"seed": seed},
        details=lambda: {"codes": told(prior, latents(range(count)))},
    )


def an_image_each(name: str, value: CodeValue | list[CodeValue], count: int) -> list[CodeValue]:
    """A value for each image. Raises CodeInvalid."""
    if not isinstance(value, list):
        return [value] * count
    if len(value) != count:
        raise CodeInvalid(f"{name} has {len(value)} values for {count} images; give one for all, or one an image")
    return value


def told(prior: CodedPrior, z: Latents) -> dict[str, list[Any]]:
    """The value of each code in each image."""
    rows = read_codes(prior.codes, z[:, prior.dim :])
    return {code.name: [row[code.name]["value"] for row in rows] for code in prior.codes}

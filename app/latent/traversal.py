"""A request for a grid over one or two axes to an order."""

from math import prod

from app.answering.drawing import bounded, drawing
from app.answering.forms import Form
from app.answering.order import Order
from app.answering.seeds import any_seed
from app.latent.axes import length, side
from app.latent.points import point
from app.latent.schemas import TraverseRequest
from app.runtime import Runtime
from models.capabilities import Sampler
from models.errors import LatentInvalid
from models.tensors import Latents


def order_of(runtime: Runtime, asked: TraverseRequest, form: Form) -> Order:
    """Images of a grid, row by row, around one latent. Raises LatentInvalid, CodeUnknown, CodeInvalid and others."""
    prior = runtime.get(asked.model, Sampler).prior
    refuse_twice([*asked.codes, *(axis.name for axis in asked.axes)])
    count = prod(length(prior, axis) for axis in asked.axes)
    bounded(runtime, "the size of the grid", count)
    sides = [side(prior, axis) for axis in asked.axes]
    seed = any_seed() if asked.seed is None else asked.seed
    centre = point(prior, seed, codes=asked.codes)
    across = len(sides[0].values)

    def latents(rows: range) -> Latents:
        z = centre.repeat(len(rows), 1)
        places = [i % across for i in rows], [i // across for i in rows]
        for each, at in zip(sides, places, strict=False):
            z[:, each.columns] = each.rows[at]
        return z

    axes = [{"name": each.name, "values": each.values} for each in sides]
    return drawing(
        runtime,
        asked.model,
        form,
        count=count,
        columns=across,
        truncation=asked.truncation,
        latents=latents,
        terms=None if asked.seed is None else (seed, axes, sorted(asked.codes.items())),
        facts={"seed": seed},
        details=lambda: {"axes": axes},
    )


def refuse_twice(names: list[str]) -> None:
    """Raises LatentInvalid when a name comes twice."""
    for name in names:
        if names.count(name) > 1:
            raise LatentInvalid(f"{name} is named twice; it can be one axis, or else fixed in codes")

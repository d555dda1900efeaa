"""The sides of a grid: a code or a column of the noise, and the values that it takes in turn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from app.answering.codes import codes_of
from app.answering.fields import CodeValue
from app.latent.schemas import LIMIT, Axis
from models.codes import HIGH, LOW, Code
from models.errors import CodeUnknown, LatentInvalid
from models.priors import CodedPrior, Prior
from models.tensors import Latents

STEPS = 8
NOISE = 2.0  # standard deviations: nineteen draws of twenty lie within


@dataclass(frozen=True)
class Side:
    """An axis that is settled: these columns of the latent take these rows, one a value."""

    name: str
    values: list[CodeValue]
    columns: slice
    rows: Latents


def code_of(prior: Prior, axis: Axis) -> Code | None:
    """The code that the axis names, if it names one."""
    return next((code for code in codes_of(prior) if code.name == axis.name), None)


def length(prior: Prior, axis: Axis) -> int:
    """How many values the axis has: known before any of them is made."""
    if axis.values is not None:
        return len(axis.values)
    code = code_of(prior, axis)
    return len(code.values) if code and code.values else axis.steps or STEPS


def side(prior: Prior, axis: Axis) -> Side:
    """The axis over this prior. Raises LatentInvalid, CodeInvalid, and CodeUnknown, naming what there is."""
    code = code_of(prior, axis)
    check_range(axis, code)
    if code is not None and isinstance(prior, CodedPrior):
        values = axis.values or list(code.values) or between(axis, LOW, HIGH)
        return Side(axis.name, values, prior.columns(axis.name), code.rows(values))
    place = column(prior, axis.name)
    values = axis.values or between(axis, -NOISE, NOISE)
    return Side(axis.name, values, slice(place, place + 1), numbers(axis.name, values))


def check_range(axis: Axis, code: Code | None) -> None:
    """Raises LatentInvalid where low, high or steps are given but say nothing."""
    if (axis.low, axis.high, axis.steps) == (None, None, None):
        return
    if axis.values is not None:
        raise LatentInvalid(f"axis {axis.name} has values; low, high and steps are for an axis without")
    if code is not None and code.values:
        raise LatentInvalid(f"axis {axis.name} has no low, high and steps; its values are {', '.join(code.values)}")


def column(prior: Prior, name: str) -> int:
    """3 for z3. Raises CodeUnknown."""
    for place in range(prior.dim):
        if name == f"z{place}":
            return place
    known = ", ".join([*(code.name for code in codes_of(prior)), f"z0 to z{prior.dim - 1}"])
    raise CodeUnknown(f"no axis is named {name!r}; known: {known}")


def between(axis: Axis, low: float, high: float) -> list[CodeValue]:
    """Evenly spread values, both ends included; `low` and `high` where the axis names none."""
    ends = (low if axis.low is None else axis.low, high if axis.high is None else axis.high)
    return list(np.linspace(*ends, axis.steps or STEPS).tolist())


def numbers(name: str, values: Sequence[CodeValue]) -> Latents:
    """Values of a column of the noise, one a row. Raises LatentInvalid for what is no number."""
    for value in values:
        if isinstance(value, str) or not abs(value) <= LIMIT:  # a NaN fails this as well
            raise LatentInvalid(f"{name} is {value!r}; it must be a number in [{-LIMIT:g}, {LIMIT:g}]")
    return torch.tensor([[float(value)] for value in values])

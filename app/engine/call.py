"""What a client wants of a model: rows of one operation, and what becomes of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from torch import Tensor

from app.engine.buckets import Buckets

Part = TypeVar("Part")
Result = TypeVar("Result")
Inputs = tuple[Tensor, ...]


@dataclass(frozen=True)
class Operation:
    """One function of one model. Calls of equal operations share batches, whatever requests they come from."""

    model: str
    name: str
    forward: Callable[..., Tensor] = field(compare=False)  # inputs of b rows -> b rows that know nothing of each other
    buckets: Buckets = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Call(Generic[Part, Result]):
    """One request's work. What it brings besides the operation runs in a lane too, but for this call alone."""

    operation: Operation
    rows: int
    row_cost: int  # pixels x steps
    prepare: Callable[[range], Inputs]  # the inputs of these rows, on the CPU
    render: Callable[[Tensor], Part]  # what the client gets of consecutive rows; they come on the CPU
    join: Callable[[list[Part]], Result]  # all parts, in the order of their rows


@dataclass(frozen=True)
class Failed:
    """An error, kept until somebody can be told."""

    error: Exception


def attempt(what: Callable[..., Result], *args: Any) -> Result | Failed:
    """The value, or what was raised: one request's error ends neither its lane nor its batch mates."""
    try:
        return what(*args)
    except StopIteration as error:  # no future takes one
        return Failed(RuntimeError(repr(error)))
    except Exception as error:  # noqa: BLE001 - whatever a network or an encoder raises belongs to its request
        return Failed(error)

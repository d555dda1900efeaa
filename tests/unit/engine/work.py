"""Calls whose answers tell at once whether a row was lost, duplicated or mixed up."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from threading import Event
from typing import Any

import torch
from torch import Tensor

from app.engine.buckets import Buckets
from app.engine.call import Call, Operation
from app.engine.engine import Engine
from app.engine.observer import EngineObserver

CPU = torch.device("cpu")
POISON = -1.0


class Poisoned(Exception):
    """What the network below raises."""


def triple(x: Tensor) -> Tensor:
    """A network: raises for the whole batch when one of its rows is poison."""
    if (x == POISON).any():
        raise Poisoned
    return 3 * x


def operation(
    name: str = "triple",
    *,
    forward: Callable[..., Tensor] = triple,
    sizes: tuple[int, ...] = (1, 2, 4),
    pads: bool = False,
    model: str = "model",
) -> Operation:
    """An operation of a model."""
    return Operation(model, name, forward, Buckets(sizes, pads))


def call(values: list[float], op: Operation | None = None, *, row_cost: int = 1, **changes: Any) -> Call[Any, Any]:
    """Asks for three times these values, one a row."""
    steps: dict[str, Any] = {
        "prepare": lambda rows: (torch.tensor([[values[row]] for row in rows]),),
        "render": lambda rows: rows[:, 0].tolist(),
        "join": lambda parts: [value for part in parts for value in part],
    }
    return Call(operation=op or operation(), rows=len(values), row_cost=row_cost, **(steps | changes))


class Gate:
    """A network that stands still until it is let go, and notes the size of each batch."""

    def __init__(self) -> None:
        self.entered, self.open = Event(), Event()
        self.sizes: list[int] = []

    def __call__(self, x: Tensor) -> Tensor:
        """Three times x, once it may."""
        self.sizes.append(len(x))
        self.entered.set()
        assert self.open.wait(10)
        return triple(x)


@asynccontextmanager
async def running(
    *, lanes: int = 1, max_cost: int = 10_000, max_rows: int = 8, observer: EngineObserver | None = None
) -> AsyncIterator[Engine]:
    """An engine for the length of a with block."""
    engine = Engine(device=CPU, lanes=lanes, max_cost=max_cost, max_rows=max_rows, observer=observer)
    engine.start()
    try:
        yield engine
    finally:
        await engine.drain(5)


@asynccontextmanager
async def blocked(engine: Engine, gate: Gate) -> AsyncIterator[asyncio.Future[Any]]:
    """A lane that is busy for the length of a with block."""
    future = engine.submit(call([0.0], operation("gate", forward=gate, model="gate")))
    assert await asyncio.to_thread(gate.entered.wait, 10)
    try:
        yield future
    finally:
        gate.open.set()

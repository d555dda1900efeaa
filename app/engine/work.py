"""Long work in a lane, a slice at a time: between two slices the lane serves whoever else waits.

The work is a generator that yields wherever it may be interrupted. So a client that leaves, or a deadline, ends it at
the next slice, and an attack of many steps holds up nobody for longer than a slice and a step.
"""

from collections.abc import Generator
from dataclasses import dataclass
from time import perf_counter
from typing import Generic, TypeVar

import torch

from app.engine.buckets import ONE
from app.engine.call import Call, Operation
from app.engine.engine import Engine

SLICE_SECONDS = 0.05

Result = TypeVar("Result")
Work = Generator[None, None, Result]


@dataclass(frozen=True)
class Done(Generic[Result]):
    """What the work came to."""

    result: Result


async def sliced(engine: Engine, model: str, name: str, work: Work[Result], *, cost: int) -> Result:
    """Runs `work` to its end; `cost` are the pixels of its images. Raises what it raises, and as the engine does."""
    operation = Operation(model, name, lambda nothing: nothing, ONE)
    while True:
        (done,) = await engine.submit(
            Call(
                operation=operation,
                rows=1,
                row_cost=cost,
                prepare=lambda rows: (torch.zeros(len(rows)),),
                render=lambda _: forward(work),
                join=tuple,  # None would be nobody's answer
            )
        )
        if done is not None:
            return done.result


def forward(work: Work[Result]) -> Done[Result] | None:
    """One slice, in a lane."""
    ends = perf_counter() + SLICE_SECONDS
    with torch.inference_mode(False), torch.no_grad():  # a gradient cannot flow through what inference mode has made
        while perf_counter() < ends:
            try:
                next(work)
            except StopIteration as end:
                return Done(end.value)
    return None

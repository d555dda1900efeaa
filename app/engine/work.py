"""Long work in a lane, a slice at a time: between two slices the lane serves whoever else waits.

The work is a generator that yields wherever it may be interrupted, or a Job for a solver, whose result it is sent. So a
client that leaves, or a deadline, ends it at the next slice, and nobody is held up for longer than a slice and a step.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Generic, TypeVar

import torch

from app.engine.buckets import ONE
from app.engine.call import Call, Operation
from app.engine.running import SLICE_SECONDS, Job

Result = TypeVar("Result")
Work = Generator[Any, Any, Result]  # yields None or a Job; mypy wants a value where it may be None


@dataclass(frozen=True)
class Done(Generic[Result]):
    """What the work came to."""

    result: Result


Step = Done[Result] | Job | None


def slice_of(model: str, name: str, run: Callable[[], Result]) -> Call[tuple[Result], tuple[Result]]:
    """A call that costs nothing more, for what it belongs to was accepted. In a tuple: None would be no answer."""
    return Call(
        operation=Operation(model, name, lambda nothing: nothing, ONE),
        rows=1,
        row_cost=0,
        prepare=lambda rows: (torch.zeros(len(rows)),),
        render=lambda _: (run(),),
        join=lambda parts: parts[0],
    )


def forward(work: Work[Result], told: Any, somebody_waits: Callable[[], bool]) -> Step[Result]:
    """One slice, in a lane: until time is up, or somebody else wants it."""
    ends = perf_counter() + SLICE_SECONDS
    with torch.inference_mode(False), torch.no_grad():  # a gradient cannot flow through what inference mode has made
        while True:
            try:
                job: Job | None = work.send(told)
            except StopIteration as end:
                return Done(end.value)
            told = None
            if job is not None:
                return job
            if perf_counter() > ends or somebody_waits():
                return None

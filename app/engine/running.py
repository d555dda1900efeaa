"""A batch of a solver that lanes move on, slice by slice, while rows of different jobs join and leave it.

The event loop puts rows in and takes them out, a lane sees to it between two steps. Neither waits for the other: both
ways are deques, whose ends are safe to use from two threads.
"""

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, NamedTuple, cast

import torch

from models.solver import Running, Solver, join, take

SLICE_SECONDS = 0.05

Watch = Callable[[Sequence[int], Any], None]


@dataclass(frozen=True)
class Method:
    """One solver of one model. Jobs of equal methods share running batches, whatever requests they come from."""

    model: str
    name: str
    terms: tuple[object, ...]  # whatever else decides what a step does
    solver: Solver[Any, Any, Any] = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Job:
    """Rows for a solver: a tree of tensors, on the device. `steps` bounds those of a row, `pixels` those of an image.

    `watch` is told in a lane, after each slice, which rows run on and their states.
    """

    method: Method
    rows: Any
    steps: int
    pixels: int
    watch: Watch | None = None


class Name(NamedTuple):
    """A row of a job."""

    job: Hashable
    row: int


class Slice(NamedTuple):
    """What a lane has to say: who left with what, steps times rows, and how long it took."""

    names: list[Name]
    result: Any
    work: int
    seconds: float


class RunningBatch:
    """`names` is the event loop's view: rows that it put in and that neither left nor were dropped."""

    def __init__(self, method: Method) -> None:
        self.method = method
        self.names: set[Name] = set()
        self._joining: deque[tuple[Name, Any]] = deque()
        self._dropping: deque[Name] = deque()
        self._running: Running[Any, Any, Any] = Running(method.solver)
        self._watches: dict[Hashable, Watch] = {}

    def join(self, name: Name, row: Any, watch: Watch | None) -> None:
        """On the event loop: runs from the next step on."""
        if watch is not None:
            self._watches[name.job] = watch
        self.names.add(name)
        self._joining.append((name, row))

    def drop(self, name: Name) -> None:
        """On the event loop: runs no further than the step that is under way."""
        self.names.discard(name)
        self._dropping.append(name)

    def slice(self, somebody_waits: Callable[[], bool]) -> Slice:
        """In a lane: a step, and more until rows leave, time is up or somebody else wants the lane."""
        started, work = perf_counter(), 0
        with (
            torch.inference_mode(False),
            torch.no_grad(),
        ):  # a gradient cannot flow through what inference mode has made
            while True:
                self._settle()
                over = self._running.leave()  # a row may be done before its first step
                tired = work and (perf_counter() - started > SLICE_SECONDS or somebody_waits())
                if over is not None or not len(self._running) or tired:
                    break
                self._running.step()
                work += len(self._running)
            self._show()
        names, result = over or ([], None)
        return Slice(cast(list[Name], names), result, work, perf_counter() - started)

    def _settle(self) -> None:
        """Who goes, then who comes. A row that was dropped before it joined never runs."""
        coming = [self._joining.popleft() for _ in range(len(self._joining))]
        dropped: set[Hashable] = {self._dropping.popleft() for _ in range(len(self._dropping))}
        if dropped:
            self._running.drop(dropped)
        coming = [(name, row) for name, row in coming if name not in dropped]
        if coming:
            names, rows = zip(*coming, strict=True)
            self._running.join(names, join(rows))

    def _show(self) -> None:
        names = cast(list[Name], self._running.names)
        for job, watch in list(self._watches.items()):
            places = [place for place, name in enumerate(names) if name.job is job]
            if places:
                watch([names[place].row for place in places], take(self._running.state, torch.tensor(places)))

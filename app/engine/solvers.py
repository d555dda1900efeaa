"""Continuous batching: the rows of all jobs of one method, in as many running batches as there are lanes.

A batch holds as many rows as keep a step short; the rest wait in the order they came. Rows of few and of many steps
wait in different lines, by powers of ten, each with its own share of places: so a job of 5 steps never waits for one
of 1,000 to end. A step that raises is taken again by each of its jobs alone, so the error finds its owner.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import torch

from app.engine.call import Call
from app.engine.pace import MEMORY
from app.engine.running import Job, Method, Name, RunningBatch, Slice
from app.engine.work import slice_of
from models.solver import first_tensor, join, take

STEP_SECONDS = 0.03  # of a whole batch: whoever else wants the lane waits for no more than that
HURRIED_SECONDS = 0.01  # while others do want it
UNKNOWN = 4  # rows of a batch whose steps were never timed


class Submit(Protocol):
    """How a slice gets a lane."""

    def __call__(self, call: Call[tuple[Slice], tuple[Slice]], /) -> asyncio.Future[tuple[Slice]]:
        """What the lane has to say, later."""


class Ward:
    """A job that is being done."""

    def __init__(self, job: Job, future: asyncio.Future[Any]) -> None:
        self.job, self.future = job, future
        self.count = len(first_tensor(job.rows))
        self.band = int(math.log10(max(job.steps, 1)))
        self.order: list[int] = []
        self.results: list[Any] = []

    def row(self, name: Name) -> Any:
        """One of its rows."""
        return take(self.job.rows, torch.tensor([name.row]))

    def keep(self, rows: list[int], result: Any) -> None:
        """Some of its rows are done. The last ones complete the future."""
        self.order += rows
        self.results.append(result)
        if len(self.order) == self.count and not self.future.done():
            self.future.set_result(take(join(self.results), torch.tensor(self.order).argsort()))


class Line:
    """The jobs of one method. Everything here happens on the event loop."""

    def __init__(
        self,
        method: Method,
        *,
        submit: Submit,
        lanes: int,
        max_rows: int,
        somebody_waits: Callable[[], bool],
        hurried: Callable[[], bool],
        note: Callable[[int, float], None],
        idle: Callable[[], None],
    ) -> None:
        self._method, self._submit, self._lanes, self._max_rows = method, submit, lanes, max_rows
        self._somebody_waits, self._hurried, self._note, self._idle = somebody_waits, hurried, note, idle
        self._waiting: dict[int, deque[Name]] = {}
        self._running: dict[int, int] = {}  # rows of each band that have a place
        self._at: dict[Name, RunningBatch] = {}
        self._batches: list[RunningBatch] = []
        self._drivers: set[asyncio.Task[None]] = set()
        self._row_seconds: float | None = None  # of one step

    def add(self, job: Job, future: asyncio.Future[Any]) -> None:
        """Its rows wait, or run; the future gets their results."""
        ward = Ward(job, future)
        ward.future.add_done_callback(lambda _: self._forget(ward))
        self._waiting.setdefault(ward.band, deque()).extend(Name(ward, row) for row in range(ward.count))
        self._fill()

    @property
    def rows(self) -> int:
        """How many rows one batch may hold of a band."""
        if self._row_seconds is None:
            return min(UNKNOWN, self._max_rows)
        seconds = HURRIED_SECONDS if self._hurried() else STEP_SECONDS
        return max(1, min(self._max_rows, int(seconds / self._row_seconds)))

    def _fill(self) -> None:
        places = self._lanes * self.rows
        for band, waiting in self._waiting.items():
            while waiting and self._running.get(band, 0) < places:
                self._place(waiting.popleft())

    def _place(self, name: Name) -> None:
        """Into the smallest batch, or into a new one while lanes have none."""
        ward: Ward = name.job  # type: ignore[assignment]
        if len(self._batches) < self._lanes and all(batch.names for batch in self._batches):
            batch = self._begin()
        else:
            batch = min(self._batches, key=lambda each: len(each.names))
        self._running[ward.band] = self._running.get(ward.band, 0) + 1
        self._put(name, batch)

    def _put(self, name: Name, batch: RunningBatch) -> None:
        ward: Ward = name.job  # type: ignore[assignment]
        self._at[name] = batch
        batch.join(name, ward.row(name), ward.job.watch)

    def _begin(self, *names: Name) -> RunningBatch:
        """A batch with its driver; one that has names from the start is shared with nobody."""
        batch = RunningBatch(self._method)
        for name in names:
            self._put(name, batch)
        if not names:
            self._batches.append(batch)
        driver = asyncio.ensure_future(self._drive(batch))
        self._drivers.add(driver)
        driver.add_done_callback(self._ended)
        return batch

    def _ended(self, driver: asyncio.Task[None]) -> None:
        self._drivers.discard(driver)
        if not self._drivers:  # then nobody waits either: there was room
            self._idle()

    async def _drive(self, batch: RunningBatch) -> None:
        """Slice after slice, as long as anybody wants it."""
        call = slice_of(self._method.model, self._method.name, lambda: batch.slice(self._somebody_waits))
        try:
            while batch.names:
                (done,) = await self._submit(call)
                self._settle(done)
        except Exception as error:  # noqa: BLE001 - whatever a solver raises belongs to one of its jobs
            self._broken(batch, error)
        if batch in self._batches:
            self._batches.remove(batch)
        self._fill()

    def _settle(self, done: Slice) -> None:
        by_ward: dict[Ward, list[int]] = {}
        for place, name in enumerate(done.names):
            if name in self._at:  # nobody waits for the others
                by_ward.setdefault(name.job, []).append(place)  # type: ignore[arg-type]
        for ward, places in by_ward.items():
            rows = [done.names[place].row for place in places]
            for row in rows:
                self._gone(Name(ward, row))
            ward.keep(rows, take(done.result, torch.tensor(places)))
        if done.work:
            seconds = done.seconds / done.work
            past = self._row_seconds
            self._row_seconds = seconds if past is None else MEMORY * past + (1 - MEMORY) * seconds
            self._note(done.work, done.seconds)
        self._fill()

    def _broken(self, batch: RunningBatch, error: Exception) -> None:
        """Jobs that shared it go on alone, each from the start of its rows; a lone one has the error."""
        wards: dict[Ward, list[Name]] = {}
        for name in batch.names:
            wards.setdefault(name.job, []).append(name)  # type: ignore[arg-type]
        for ward, names in wards.items():
            if len(wards) > 1:
                self._begin(*names)
            elif not ward.future.done():
                ward.future.set_exception(error)

    def _forget(self, ward: Ward) -> None:
        """Done, failed or cancelled: whatever of it still waits or runs does so no longer."""
        waiting = self._waiting.get(ward.band, deque())
        if any(name.job is ward for name in waiting):
            self._waiting[ward.band] = deque(name for name in waiting if name.job is not ward)
        for name in [name for name in self._at if name.job is ward]:
            self._at[name].drop(name)
            self._gone(name, dropped=True)
        self._fill()

    def _gone(self, name: Name, *, dropped: bool = False) -> None:
        ward: Ward = name.job  # type: ignore[assignment]
        batch = self._at.pop(name)
        if not dropped:
            batch.names.discard(name)
        self._running[ward.band] -= 1

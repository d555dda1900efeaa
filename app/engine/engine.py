"""Calls in, futures out: the event loop's side of the lanes."""

import asyncio
import math
from functools import partial
from typing import Any

import torch

from app.engine.call import Call, Failed, Part, Result
from app.engine.lane import Answers, Lane
from app.engine.observer import EngineObserver, Silence
from app.engine.pace import Pace
from app.engine.queue import Queue
from app.engine.running import Job, Method
from app.engine.solvers import Line
from app.engine.ticket import Ticket
from app.engine.work import Done, Work, forward, slice_of
from app.errors import QueueFull, ShuttingDown
from models.errors import ZerosumError

HURRY_SECONDS = 1.0  # since the last call
LANES_END_SECONDS = 5.0  # for the batches that lanes are in when the drain is cut short


class Engine:
    """Everything here is called on the event loop that started it."""

    def __init__(
        self,
        *,
        device: torch.device,
        lanes: int,
        max_cost: int,
        max_rows: int,
        observer: EngineObserver | None = None,
    ) -> None:
        self._observer, self._max_rows = observer or Silence(), max_rows
        self._pace = Pace(lanes)
        self._queue = Queue(max_cost=max_cost, pace=self._pace, observer=self._observer)
        self._lanes = [
            Lane(self._queue, device=device, deliver=self._deliver, pace=self._pace, observer=self._observer)
            for _ in range(lanes)
        ]
        self._pending: set[asyncio.Future[Any]] = set()  # calls
        self._works: set[asyncio.Future[Any]] = set()  # long work, whose slices are calls
        self._lines: dict[Method, Line] = {}
        self._open = self._over = False
        self._called = -math.inf

    def start(self) -> None:
        """Takes calls from now on."""
        self._loop = asyncio.get_running_loop()
        self._open = True
        for lane in self._lanes:
            lane.start()

    def submit(self, call: Call[Part, Result]) -> asyncio.Future[Result]:
        """Queues a call. Cancelling the future drops the rows that no lane took yet.

        Raises QueueFull when too much waits, and ShuttingDown once the engine drains.
        """
        self._admit(call.operation.model)
        self._called = self._loop.time()
        return self._submit(call)

    def work(self, work: Work[Result], *, model: str, name: str, cost: int) -> asyncio.Future[Result]:
        """Does long work, slice by slice. Cancelling the future ends it at the next slice.

        Raises as submit() does, once: what was accepted is not refused later.
        """
        self._admit(model)
        pace = steps_of(model)
        try:
            self._queue.reserve(pace, cost)
        except QueueFull:
            self._observer.shed(model, "queue-full")
            raise
        future = asyncio.ensure_future(self._carry_out(work, model, name))
        self._works.add(future)
        future.add_done_callback(partial(self._worked, model, pace, cost))
        return future

    def solve(self, job: Job) -> asyncio.Future[Any]:
        """Part of long work: the job's rows to their end, in batches shared with other jobs of their method."""
        future: asyncio.Future[Any] = self._loop.create_future()
        method = job.method
        if method not in self._lines:
            self._lines[method] = Line(
                method,
                submit=self._submit,
                lanes=len(self._lanes),
                max_rows=self._max_rows,
                somebody_waits=self._somebody_waits,
                hurried=self._hurried,
                idle=partial(self._lines.__delitem__, method),
                note=lambda work, seconds: self._pace.note(
                    steps_of(method.model), cost=work * job.pixels, seconds=seconds
                ),
            )
        self._lines[method].add(job, future)
        return future

    def _somebody_waits(self) -> bool:
        return not self._queue.empty

    def _hurried(self) -> bool:
        """Whether calls come in: then nothing may hold a lane for long."""
        return self._loop.time() - self._called < HURRY_SECONDS

    async def _carry_out(self, work: Work[Result], model: str, name: str) -> Result:
        told: Any = None
        while True:
            (step,) = await self._submit(slice_of(model, name, partial(forward, work, told, self._somebody_waits)))
            told = None
            if isinstance(step, Done):
                return step.result
            if step is not None:
                told = await self.solve(step)

    def _admit(self, model: str) -> None:
        if not self._open:
            self._observer.shed(model, "shutting-down")
            raise ShuttingDown("the server is shutting down and takes no new work")

    def _submit(self, call: Call[Part, Result]) -> asyncio.Future[Result]:
        """Also for what was accepted before the engine drained."""
        model = call.operation.model
        if self._over:
            raise ShuttingDown("the server shut down before this was done")
        future: asyncio.Future[Result] = self._loop.create_future()
        ticket = Ticket(call, future)
        try:
            self._queue.put(ticket)
        except QueueFull:
            self._observer.shed(model, "queue-full")
            raise
        self._pending.add(future)
        future.add_done_callback(lambda done: self._forget(ticket, done))
        return future

    async def drain(self, seconds: float) -> None:
        """Takes nothing new and finishes what was accepted; what is not done after `seconds` is told ShuttingDown."""
        self._open = False
        if self._pending or self._works:
            await asyncio.wait(self._pending | self._works, timeout=seconds)
        self._over = True
        for future in self._pending:
            if not future.done():
                future.set_exception(ShuttingDown(f"the server shut down before this was done, {seconds:g} s later"))
        await asyncio.sleep(0)  # for the callbacks of those futures, which empty the queue
        if self._works:
            await asyncio.wait(self._works)  # their slices were told
        self._queue.close()
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        for lane in self._lanes:
            if lane.is_alive():
                lane.join(LANES_END_SECONDS)

    def _deliver(self, answers: Answers) -> None:
        """In a lane: one wake-up of the event loop for a whole batch."""
        self._loop.call_soon_threadsafe(self._settle, answers)

    def _settle(self, answers: Answers) -> None:
        for ticket, answer in answers:
            if ticket.future.done():  # cancelled meanwhile, or another share of it failed
                continue
            if isinstance(answer, Failed):
                ticket.future.set_exception(answer.error)
            else:
                ticket.future.set_result(answer)

    def _worked(self, model: str, pace: str, cost: int, done: asyncio.Future[Any]) -> None:
        self._works.discard(done)
        self._queue.release(pace, cost)
        if done.cancelled():
            self._observer.cancelled(model, rows=0)
        else:
            self._note(model, done.exception())

    def _note(self, model: str, error: BaseException | None) -> None:
        if isinstance(error, ShuttingDown):
            self._observer.shed(model, "shutting-down")
        elif error is not None and not isinstance(error, ZerosumError):  # a refusal, of an image say, is no failure
            self._observer.failed(model)

    def _forget(self, ticket: Ticket[Any, Any], done: asyncio.Future[Any]) -> None:
        self._pending.discard(done)
        model, dropped = ticket.call.operation.model, self._queue.drop(ticket)
        if done.cancelled():
            self._observer.cancelled(model, rows=dropped)
        elif ticket.call.row_cost:
            self._note(model, done.exception())


def steps_of(model: str) -> str:
    """What long work on a model is paced as: cost units of it take longer than those of a forward pass."""
    return f"{model} steps"

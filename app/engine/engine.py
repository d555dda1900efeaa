"""Calls in, futures out: the event loop's side of the lanes."""

import asyncio
from typing import Any

import torch

from app.engine.call import Call, Failed, Part, Result
from app.engine.lane import Answers, Lane
from app.engine.observer import EngineObserver, Silence
from app.engine.pace import Pace
from app.engine.queue import Queue
from app.engine.ticket import Ticket
from app.errors import QueueFull, ShuttingDown
from models.errors import ZerosumError

LANES_END_SECONDS = 5.0  # for the batches that lanes are in when the drain is cut short


class Engine:
    """Everything here is called on the event loop that started it."""

    def __init__(
        self, *, device: torch.device, lanes: int, max_cost: int, observer: EngineObserver | None = None
    ) -> None:
        self._observer = observer or Silence()
        self._pace = Pace(lanes)
        self._queue = Queue(max_cost=max_cost, pace=self._pace, observer=self._observer)
        self._lanes = [
            Lane(self._queue, device=device, deliver=self._deliver, pace=self._pace, observer=self._observer)
            for _ in range(lanes)
        ]
        self._pending: set[asyncio.Future[Any]] = set()
        self._open = False

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
        model = call.operation.model
        if not self._open:
            self._observer.shed(model, "shutting-down")
            raise ShuttingDown("the server is shutting down and takes no new work")
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
        if self._pending:
            await asyncio.wait(self._pending, timeout=seconds)
        for future in self._pending:
            if not future.done():
                future.set_exception(ShuttingDown(f"the server shut down before this was done, {seconds:g} s later"))
        await asyncio.sleep(0)  # for the callbacks of those futures, which empty the queue
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

    def _forget(self, ticket: Ticket[Any, Any], done: asyncio.Future[Any]) -> None:
        self._pending.discard(done)
        model, dropped = ticket.call.operation.model, self._queue.drop(ticket)
        if done.cancelled():
            self._observer.cancelled(model, rows=dropped)
        elif isinstance(error := done.exception(), ShuttingDown):
            self._observer.shed(model, "shutting-down")
        elif error is not None and not isinstance(error, ZerosumError):  # a refusal, of an image say, is no failure
            self._observer.failed(model)

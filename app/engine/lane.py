"""A thread that owns torch calls: it takes batches as long as the queue has any."""

from collections.abc import Callable
from threading import Thread
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

from app.engine.call import Failed, attempt
from app.engine.compute import compute
from app.engine.device import computing
from app.engine.observer import EngineObserver
from app.engine.pace import Pace
from app.engine.queue import Queue
from app.engine.ticket import Batch, Share, Ticket

Answers = list[tuple[Ticket[Any, Any], Any]]  # a result, or Failed


class Lane(Thread):
    """`deliver` takes the answers of a batch, all at once, in this thread."""

    def __init__(
        self,
        queue: Queue,
        *,
        device: torch.device,
        deliver: Callable[[Answers], None],
        pace: Pace,
        observer: EngineObserver,
    ) -> None:
        super().__init__(name="lane", daemon=True)  # daemon: a network that hangs must not keep the process
        self._queue, self._device, self._deliver = queue, device, deliver
        self._pace, self._observer = pace, observer

    def run(self) -> None:
        """Until the queue is closed and empty."""
        with computing(self._device):
            while (batch := self._queue.take()) is not None:
                self._serve(batch)

    def _serve(self, batch: Batch) -> None:
        model = batch.operation.model
        self._observer.batch_formed(model, size=batch.size, waited=batch.waited)
        started = perf_counter()
        outputs = compute(batch, self._device)
        computed = perf_counter()
        answers: Answers = []
        for share, rows in outputs:
            answer = self._answer(share, rows)
            if answer is not None:
                answers.append((share.ticket, answer))
        if answers:
            self._deliver(answers)
        ended = perf_counter()
        self._observer.device_seconds(model, computed - started)
        self._observer.encode_seconds(model, ended - computed)
        if batch.cost:  # slices of long work are paid for when it is accepted
            self._pace.note(model, cost=batch.cost, seconds=ended - started)

    def _answer(self, share: Share, rows: Tensor | Failed) -> Any:
        """The result of the share's ticket or Failed; None while rows are missing, or when nobody waits any more."""
        ticket, call = share.ticket, share.ticket.call
        if ticket.over:
            return None
        part = rows if isinstance(rows, Failed) else attempt(call.render, rows)
        if isinstance(part, Failed):
            return part
        parts = ticket.keep(share.rows, part)
        return attempt(call.join, parts) if parts is not None else None

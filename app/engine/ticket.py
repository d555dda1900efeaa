"""A call on its way through the engine."""

import asyncio
from dataclasses import dataclass
from threading import Lock
from time import perf_counter
from typing import Any, Generic

from app.engine.call import Call, Operation, Part, Result


class Ticket(Generic[Part, Result]):
    """The queue's lock guards `taken`, `over` and `turn`; its own lock guards the parts, which several lanes bring."""

    def __init__(self, call: Call[Part, Result], future: asyncio.Future[Result]) -> None:
        self.call, self.future = call, future
        self.arrived = perf_counter()
        self.turn = 0  # its place in the queue
        self.taken = 0  # rows that were handed to lanes
        self.over = False  # nobody wants the rest
        self._lock = Lock()
        self._parts: dict[int, Part] = {}
        self._missing = call.rows

    @property
    def waiting(self) -> int:
        """Rows that no lane took yet."""
        return 0 if self.over else self.call.rows - self.taken

    def keep(self, rows: range, part: Part) -> list[Part] | None:
        """Keeps what the client gets of these rows. All parts, in the order of their rows, once none is missing."""
        with self._lock:
            self._parts[rows.start] = part
            self._missing -= len(rows)
            return None if self._missing else [self._parts[start] for start in sorted(self._parts)]


@dataclass(frozen=True)
class Share:
    """Consecutive rows of a ticket, in a batch."""

    ticket: Ticket[Any, Any]
    rows: range


@dataclass(frozen=True)
class Batch:
    """Shares of tickets that all ask for the same operation."""

    operation: Operation
    shares: list[Share]

    @property
    def size(self) -> int:
        """Rows in all."""
        return sum(len(share.rows) for share in self.shares)

    @property
    def cost(self) -> int:
        """Cost units in all."""
        return sum(len(share.rows) * share.ticket.call.row_cost for share in self.shares)

    @property
    def waited(self) -> float:
        """Seconds since the oldest of its tickets arrived."""
        return perf_counter() - min(share.ticket.arrived for share in self.shares)

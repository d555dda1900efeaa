"""What waits for a lane: bounded by what it costs, fair between requests.

A lane takes whatever waits for the operation whose turn it is, so batches form by themselves while lanes are busy, and
nobody ever waits for a batch to fill. A request too large for one batch goes to the back of the line with its rest, so
it never keeps a small one waiting for more than a batch.
"""

from collections import deque
from itertools import count
from threading import Condition
from typing import Any

from app.engine.call import Operation
from app.engine.observer import EngineObserver
from app.engine.pace import Pace
from app.engine.ticket import Batch, Share, Ticket
from app.errors import QueueFull


class Line:
    """The tickets that wait for one operation. A ticket that is over is passed by when its turn comes."""

    def __init__(self) -> None:
        self.tickets: deque[Ticket[Any, Any]] = deque()
        self.rows = self.cost = 0

    def count(self, ticket: Ticket[Any, Any], rows: int) -> None:
        """So many rows of the ticket came, or went."""
        self.rows += rows
        self.cost += rows * ticket.call.row_cost

    def turn(self) -> int:
        """The place in the queue of its first ticket."""
        while not self.tickets[0].waiting:
            self.tickets.popleft()
        return self.tickets[0].turn


class Queue:
    """Any thread may call anything."""

    def __init__(self, *, max_cost: int, pace: Pace, observer: EngineObserver) -> None:
        self._max_cost, self._pace, self._observer = max_cost, pace, observer
        self._changed = Condition()
        self._lines: dict[Operation, Line] = {}
        self._turns = count()
        self._closed = False
        self._depth = self._cost = 0
        self._reserved: dict[str, int] = {}

    def put(self, ticket: Ticket[Any, Any]) -> None:
        """Queues all rows. Raises QueueFull when they would cost more than the bound leaves; an empty queue takes any.

        A request dearer than the whole bound is thus served alone, not told forever to come back later. What costs
        nothing is taken in any case: it was paid for, see reserve().
        """
        call = ticket.call
        with self._changed:
            self._admit(call.rows * call.row_cost)
            self._append(ticket)
            self._count(ticket, call.rows)
            self._changed.notify()

    def reserve(self, pace: str, cost: int) -> None:
        """Takes cost units of long work into account, at the pace of this name. Raises as put() does."""
        with self._changed:
            self._admit(cost)
            self._reserve(pace, cost)

    def release(self, pace: str, cost: int) -> None:
        """They are done, or will never be."""
        with self._changed:
            self._reserve(pace, -cost)

    @property
    def empty(self) -> bool:
        """Whether nobody waits for a lane, at this moment."""
        return not self._lines

    def take(self) -> Batch | None:
        """The next batch, as soon as there is one. None once the queue is closed and empty."""
        with self._changed:
            while not self._lines:
                if self._closed:
                    return None
                self._changed.wait()
            operation = min(self._lines, key=lambda each: self._lines[each].turn())
            batch = Batch(operation, self._cut(operation))
            if self._lines:
                self._changed.notify()  # there is something for the next lane, too
            return batch

    def drop(self, ticket: Ticket[Any, Any]) -> int:
        """Nobody wants the rest of it: returns how many rows were still waiting."""
        with self._changed:
            waiting = ticket.waiting
            ticket.over = True
            if waiting:
                self._count(ticket, -waiting)
            return waiting

    def close(self) -> None:
        """Lets each lane go once nothing waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _admit(self, cost: int) -> None:
        if cost and self._cost and self._cost + cost > self._max_cost:
            raise self._full(cost)

    def _reserve(self, pace: str, cost: int) -> None:
        self._reserved[pace] = self._reserved.get(pace, 0) + cost
        self._cost += cost
        if not self._reserved[pace]:
            del self._reserved[pace]
        self._observer.queue_changed(depth=self._depth, cost=self._cost)

    def _append(self, ticket: Ticket[Any, Any]) -> None:
        ticket.turn = next(self._turns)
        self._lines.setdefault(ticket.call.operation, Line()).tickets.append(ticket)

    def _cut(self, operation: Operation) -> list[Share]:
        line, shares = self._lines[operation], []
        room = operation.buckets.take(line.rows)
        while room:
            ticket = line.tickets.popleft()
            rows = range(ticket.taken, ticket.taken + min(room, ticket.waiting))
            if rows:
                shares.append(Share(ticket, rows))
                ticket.taken = rows.stop
                room -= len(rows)
                if ticket.waiting:
                    self._append(ticket)
                self._count(ticket, -len(rows))
        return shares

    def _count(self, ticket: Ticket[Any, Any], rows: int) -> None:
        """So many rows came, or went: the one place where the sums change."""
        operation = ticket.call.operation
        line = self._lines[operation]
        line.count(ticket, rows)
        self._cost += rows * ticket.call.row_cost
        if rows > 0 or not ticket.waiting:
            self._depth += 1 if rows > 0 else -1
        if not line.rows:
            del self._lines[operation]
        self._observer.queue_changed(depth=self._depth, cost=self._cost)

    def _full(self, cost: int) -> QueueFull:
        waiting = dict(self._reserved)
        for operation, line in self._lines.items():
            waiting[operation.model] = waiting.get(operation.model, 0) + line.cost
        excess = min(1.0, (self._cost + cost - self._max_cost) / self._cost)
        return QueueFull(
            f"the queue holds {self._cost} of {self._max_cost} cost units, and this request needs {cost} more",
            retry_after=excess * self._pace.seconds(waiting),
        )

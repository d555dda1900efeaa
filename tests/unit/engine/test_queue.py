import asyncio
from collections.abc import Iterator

import pytest

from app.engine.observer import Silence
from app.engine.pace import Pace
from app.engine.queue import Queue
from app.engine.ticket import Ticket
from app.errors import QueueFull
from tests.unit.engine.work import call, operation

A, B = operation("a"), operation("b")
Tickets = Ticket[list[float], list[float]]


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Only makes futures."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


class Waiting:
    """A queue, and tickets for it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, *, max_cost: int = 1000) -> None:
        self.loop = loop
        self.pace = Pace(lanes=2)
        self.queue = Queue(max_cost=max_cost, pace=self.pace, observer=Silence())

    def put(self, rows: int, op: object = A, *, row_cost: int = 1) -> Tickets:
        """A ticket of so many rows, queued."""
        ticket: Tickets = Ticket(call([0.0] * rows, op, row_cost=row_cost), self.loop.create_future())  # type: ignore[arg-type]
        self.queue.put(ticket)
        return ticket

    def take(self) -> list[tuple[Tickets, int]]:
        """Which tickets the next batch serves, with how many rows."""
        batch = self.queue.take()
        assert batch is not None
        return [(share.ticket, len(share.rows)) for share in batch.shares]


@pytest.fixture
def waiting(loop: asyncio.AbstractEventLoop) -> Waiting:
    """An empty queue of ample bound."""
    return Waiting(loop)


def test_the_operation_that_waited_longest_is_next(waiting: Waiting) -> None:
    first, second, third = waiting.put(1, B), waiting.put(1, A), waiting.put(1, B)
    assert waiting.take() == [(first, 1), (third, 1)]
    assert waiting.take() == [(second, 1)]


def test_a_large_request_keeps_a_small_one_waiting_for_one_batch_only(waiting: Waiting) -> None:
    large, small, other = waiting.put(100), waiting.put(1), waiting.put(1, B)
    assert waiting.take() == [(large, 4)]
    assert waiting.take() == [(small, 1), (large, 3)]
    assert waiting.take() == [(other, 1)]
    assert waiting.take() == [(large, 4)]


def test_two_large_requests_take_turns(waiting: Waiting) -> None:
    one, two = waiting.put(8), waiting.put(8)
    assert [waiting.take()[0][0] for _ in range(4)] == [one, two, one, two]


def test_the_bound_counts_what_waits_in_cost_units(loop: asyncio.AbstractEventLoop) -> None:
    waiting = Waiting(loop, max_cost=100)
    waiting.put(2, row_cost=30)
    with pytest.raises(QueueFull):
        waiting.put(1, row_cost=41)
    waiting.put(1, row_cost=40)
    waiting.take()
    waiting.put(2, row_cost=30)


def test_an_empty_queue_takes_a_request_dearer_than_the_bound(loop: asyncio.AbstractEventLoop) -> None:
    waiting = Waiting(loop, max_cost=10)
    large = waiting.put(1, row_cost=1000)
    with pytest.raises(QueueFull):
        waiting.put(1)
    assert waiting.take() == [(large, 1)]


def test_a_dropped_ticket_makes_room_and_is_never_taken(loop: asyncio.AbstractEventLoop) -> None:
    waiting = Waiting(loop, max_cost=10)
    leaver, stayer = waiting.put(5), waiting.put(5)
    assert waiting.queue.drop(leaver) == 5
    assert waiting.queue.drop(leaver) == 0
    newcomer = waiting.put(5)
    assert waiting.take() == [(stayer, 4)]
    assert waiting.take() == [(newcomer, 4)]


def test_the_rest_of_a_ticket_that_is_over_is_not_taken(waiting: Waiting) -> None:
    large = waiting.put(8)
    waiting.take()
    assert waiting.queue.drop(large) == 4
    waiting.queue.close()
    assert waiting.queue.take() is None


def test_a_closed_queue_gives_what_still_waits(waiting: Waiting) -> None:
    ticket = waiting.put(1)
    waiting.queue.close()
    assert waiting.take() == [(ticket, 1)]
    assert waiting.queue.take() is None


def test_retry_after_is_the_time_that_the_lanes_need_for_what_is_too_much(loop: asyncio.AbstractEventLoop) -> None:
    waiting = Waiting(loop, max_cost=100)
    waiting.pace.note("model", cost=10, seconds=1.0)  # so 100 units take two lanes 5 seconds
    waiting.put(100)
    with pytest.raises(QueueFull) as refused:
        waiting.put(20)
    assert refused.value.retry_after == pytest.approx(1.0)

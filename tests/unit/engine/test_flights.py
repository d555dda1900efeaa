import asyncio

import pytest

from app.engine.flights import Flights

Future = asyncio.Future[int]


class Departures:
    """Starts flights and keeps them."""

    def __init__(self) -> None:
        self.started: list[Future] = []

    def __call__(self) -> Future:
        """A new flight."""
        self.started.append(asyncio.get_running_loop().create_future())
        return self.started[-1]


async def test_equal_requests_share_a_flight() -> None:
    flights, start = Flights[int](), Departures()
    with flights.join("a", start) as one, flights.join("a", start) as two, flights.join("b", start) as other:
        assert one is two
        assert one is not other
        one.set_result(1)
    assert len(start.started) == 2


async def test_one_who_leaves_does_not_end_the_flight_of_the_others() -> None:
    flights, start = Flights[int](), Departures()
    with flights.join("a", start) as stayer:
        with flights.join("a", start):
            pass
        assert not stayer.cancelled()


async def test_the_last_to_leave_cancels_the_flight_and_the_next_starts_anew() -> None:
    flights, start = Flights[int](), Departures()
    with flights.join("a", start) as first:
        pass
    assert first.cancelled()
    with flights.join("a", start) as second:
        assert second is not first
        assert not second.done()


async def test_a_finished_flight_is_not_joined_again() -> None:
    flights, start = Flights[int](), Departures()
    with flights.join("a", start) as first, flights.join("a", start):
        first.set_result(1)
    with flights.join("a", start) as second:
        assert second is not first
        second.set_result(2)


async def test_a_flight_that_cannot_start_leaves_nothing_behind() -> None:
    flights, start = Flights[int](), Departures()

    def refuse() -> Future:
        raise RuntimeError

    with pytest.raises(RuntimeError), flights.join("a", refuse):
        pass
    with flights.join("a", start) as flight:
        flight.set_result(1)

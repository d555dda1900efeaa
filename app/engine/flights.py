"""Single flight: equal requests that arrive while one of them is computed wait for the same answer."""

import asyncio
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Generic

from app.engine.call import Result


class Flight(Generic[Result]):
    """One computation, and how many wait for it."""

    def __init__(self, future: asyncio.Future[Result]) -> None:
        self.future = future
        self.waiters = 0


class Flights(Generic[Result]):
    """Everything here is called on one event loop."""

    def __init__(self) -> None:
        self._flights: dict[Hashable, Flight[Result]] = {}

    @contextmanager
    def join(self, key: Hashable, start: Callable[[], asyncio.Future[Result]]) -> Iterator[asyncio.Future[Result]]:
        """The future of the flight of this key, started if there is none. The last to leave cancels what is not done.

        Wait for it without passing a cancellation on: `asyncio.wait` does, a bare `await` does not.
        """
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = Flight(start())
        flight.waiters += 1
        try:
            yield flight.future
        finally:
            flight.waiters -= 1
            if not flight.waiters:
                flight.future.cancel()
                del self._flights[key]

"""Whatever arrives, leaves or fails, and in which order: each request gets its own rows, or its own error."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.call import Call
from tests.unit.engine.record import Record
from tests.unit.engine.work import POISON, Poisoned, call, operation, running


def refuse(error: type[Exception]) -> Callable[..., NoReturn]:
    """A step of a call that raises."""

    def step(*_: Any) -> NoReturn:
        raise error

    return step


FAULTS: dict[str, tuple[dict[str, Any], type[Exception]]] = {
    "prepare": ({"prepare": refuse(KeyError)}, KeyError),
    "render": ({"render": refuse(OSError)}, OSError),
    "join": ({"join": refuse(ZeroDivisionError)}, ZeroDivisionError),
    "stop": ({"render": refuse(StopIteration)}, RuntimeError),
}


@dataclass(frozen=True)
class Arrival:
    """A request: how many rows of which operation, what goes wrong, and when its client leaves."""

    rows: int
    operation: int
    fault: str | None
    leaves_after: int | None  # arrivals later
    pause: bool


arrivals = st.builds(
    Arrival,
    rows=st.integers(1, 11),
    operation=st.integers(0, 1),
    fault=st.sampled_from([None, None, None, "poison", *FAULTS]),
    leaves_after=st.none() | st.integers(0, 3),
    pause=st.booleans(),
)


def request(number: int, arrival: Arrival, *, pads: bool) -> Call[Any, Any]:
    """Rows that no other request has."""
    values = [number + row / 100 for row in range(arrival.rows)]
    if arrival.fault == "poison":
        values[-1] = POISON
    changes, _ = FAULTS.get(arrival.fault or "", ({}, Exception))
    return call(values, operation(f"triple {arrival.operation}", pads=pads), **changes)


async def play(schedule: list[Arrival], *, lanes: int, pads: bool) -> Record:
    """Runs a schedule, and checks what became of each request."""
    record = Record()
    async with running(lanes=lanes, observer=record) as engine:
        futures: list[asyncio.Future[Any]] = []
        for number, arrival in enumerate(schedule):
            futures.append(engine.submit(request(number, arrival, pads=pads)))
            for leaver, earlier in enumerate(schedule[: number + 1]):
                if earlier.leaves_after == number - leaver:
                    futures[leaver].cancel()
            if arrival.pause:
                await asyncio.sleep(0.001)
        outcomes = await asyncio.wait_for(asyncio.gather(*futures, return_exceptions=True), 20)
    for number, (arrival, outcome) in enumerate(zip(schedule, outcomes, strict=True)):
        check(number, arrival, outcome)
    return record


def check(number: int, arrival: Arrival, outcome: Any) -> None:
    """A request that did not leave has all its rows, in order, or the error that is its own."""
    if arrival.leaves_after is not None and isinstance(outcome, asyncio.CancelledError):
        return
    if arrival.fault is None:
        expected = [3 * (number + row / 100) for row in range(arrival.rows)]
        assert [round(value, 3) for value in outcome] == [round(value, 3) for value in expected]
    else:
        assert type(outcome) is (Poisoned if arrival.fault == "poison" else FAULTS[arrival.fault][1])


@given(schedule=st.lists(arrivals, max_size=20), lanes=st.integers(1, 3), pads=st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_request_is_lost_duplicated_or_mixed_up(schedule: list[Arrival], lanes: int, pads: bool) -> None:
    record = asyncio.run(play(schedule, lanes=lanes, pads=pads))
    assert (record.depth, record.cost) == (0, 0)
    assert all(size <= 4 for size in record.batches)

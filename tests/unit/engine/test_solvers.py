"""Jobs share running batches: rows join and leave, none is lost, and none feels the others."""

import asyncio
from dataclasses import dataclass, field, replace
from threading import Event
from time import sleep
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from app.engine.engine import Engine
from app.engine.running import SLICE_SECONDS, Job, Method
from app.engine.solvers import HURRIED_SECONDS, STEP_SECONDS
from app.engine.work import Work
from app.errors import QueueFull, ShuttingDown
from models.solver import Mask, solve
from tests.unit.engine.record import Record
from tests.unit.engine.work import CPU, call, running

POISON = -1


@dataclass(frozen=True)
class Count:
    """A row: how far it counts, and the number it adds up."""

    steps: Tensor
    number: Tensor


@dataclass(frozen=True)
class Counter:
    """A row on its way."""

    rows: Count
    t: Tensor
    total: Tensor


@dataclass(frozen=True)
class Counting:
    """Adds its number at each step; notes the size of each batch. A poisoned number raises for the whole batch."""

    batches: list[int] = field(default_factory=list)
    gate: Event = field(default_factory=Event)
    entered: Event = field(default_factory=Event)

    def start(self, rows: Count) -> Counter:
        return Counter(rows, torch.zeros_like(rows.steps), torch.zeros_like(rows.number))

    def step(self, state: Counter) -> Counter:
        self.batches.append(len(state.t))
        self.entered.set()
        assert self.gate.wait(10)
        if bool((state.rows.number == POISON).any()):
            raise ArithmeticError("poison")
        return replace(state, t=state.t + 1, total=state.total + state.rows.number)

    def done(self, state: Counter) -> Mask:
        return state.t >= state.rows.steps

    def result(self, state: Counter) -> Tensor:
        return state.total


def rows(*counts: tuple[int, int]) -> Count:
    steps, numbers = torch.tensor(counts).unbind(dim=1)
    return Count(steps, numbers)


def opened() -> Counting:
    solver = Counting()
    solver.gate.set()
    return solver


def job(solver: Counting, *counts: tuple[int, int], **changes: Any) -> Job:
    method = Method("model", "counting", (), solver)
    return Job(method=method, rows=rows(*counts), steps=max(steps for steps, _ in counts), pixels=1, **changes)


async def steps_of_the_loop(n: int = 20) -> None:
    for _ in range(n):
        await asyncio.sleep(0.002)


@dataclass(frozen=True)
class Arrival:
    """A job: its rows' steps, whether it is poisoned, and when its client leaves."""

    steps: list[int]
    poisoned: bool
    leaves_after: int | None
    pause: bool


arrivals = st.builds(
    Arrival,
    steps=st.lists(st.integers(0, 120), min_size=1, max_size=6),
    poisoned=st.sampled_from([False] * 9 + [True]),
    leaves_after=st.none() | st.integers(0, 3),
    pause=st.booleans(),
)


def leave(come: list[Arrival], futures: list[asyncio.Future[Any]]) -> None:
    """Those whose time it is, after so many arrivals."""
    for number, arrival in enumerate(come, start=1):
        if arrival.leaves_after == len(come) - number:
            futures[number - 1].cancel()


async def play(schedule: list[Arrival], lanes: int) -> None:
    solver = opened()
    async with running(lanes=lanes) as engine:
        futures: list[asyncio.Future[Any]] = []
        for number, arrival in enumerate(schedule, start=1):
            counts = [(steps, 100 * number + row) for row, steps in enumerate(arrival.steps)]
            if arrival.poisoned:
                counts.append((7, POISON))
            futures.append(engine.solve(job(solver, *counts)))
            leave(schedule[:number], futures)
            await asyncio.sleep(0.001 if arrival.pause else 0)
        outcomes = await asyncio.wait_for(asyncio.gather(*futures, return_exceptions=True), 20)
        for _ in range(1000):  # a driver whose last job was cancelled ends with the slice that is under way
            if engine._lines:
                await asyncio.sleep(0.005)
        assert not engine._lines, "a line that nobody is in is forgotten"
    outcome: Any
    for number, (arrival, outcome) in enumerate(zip(schedule, outcomes, strict=True), start=1):
        if isinstance(outcome, asyncio.CancelledError):
            assert arrival.leaves_after is not None
        elif arrival.poisoned:
            assert isinstance(outcome, ArithmeticError)
        else:
            assert outcome.tolist() == [steps * (100 * number + row) for row, steps in enumerate(arrival.steps)]


@pytest.mark.slow
@given(schedule=st.lists(arrivals, max_size=8), lanes=st.integers(1, 2))
@settings(max_examples=200, deadline=None)
def test_arrivals_departures_and_errors_lose_and_duplicate_no_row(schedule: list[Arrival], lanes: int) -> None:
    asyncio.run(play(schedule, lanes))


async def test_rows_of_different_jobs_run_in_one_batch() -> None:
    solver = Counting()
    async with running() as engine:
        first = engine.solve(job(solver, (3, 10)))
        assert await asyncio.to_thread(solver.entered.wait, 10)
        second = engine.solve(job(solver, (2, 5), (1, 7)))
        await asyncio.sleep(0)
        solver.gate.set()
        assert (await first).tolist() == [30]
        assert (await second).tolist() == [10, 7]
    assert solver.batches == [1, 3, 2], "they joined between two steps, and left when they were done"


async def test_few_steps_do_not_wait_for_many() -> None:
    solver = opened()
    async with running() as engine:
        long = engine.solve(job(solver, *[(10**6, 1)] * 50))
        await steps_of_the_loop()
        short = engine.solve(job(solver, *[(5, 2)] * 3))
        assert (await asyncio.wait_for(short, 5)).tolist() == [10, 10, 10]
        assert not long.done()
        long.cancel()


async def test_the_rows_of_a_client_that_left_take_no_further_step() -> None:
    solver = Counting()
    async with running() as engine:
        future = engine.solve(job(solver, (100, 1), (100, 1)))
        other = engine.solve(job(solver, (3, 1)))
        assert await asyncio.to_thread(solver.entered.wait, 10)
        future.cancel()
        await asyncio.sleep(0)
        solver.gate.set()
        assert (await other).tolist() == [3]
    assert solver.batches == [3, 1, 1], "one step was under way"


async def test_an_error_is_told_to_its_job_alone() -> None:
    solver = opened()
    record = Record()
    async with running(observer=record) as engine:
        good = engine.solve(job(solver, (50, 1), (3, 2)))
        bad = engine.solve(job(solver, (5, POISON)))
        with pytest.raises(ArithmeticError):
            await bad
        assert (await good).tolist() == [50, 6]


async def test_somebody_who_waits_for_a_lane_is_served_between_two_steps() -> None:
    solver = Counting()
    async with running() as engine:
        long = engine.solve(job(solver, (10**6, 1)))
        assert await asyncio.to_thread(solver.entered.wait, 10)
        quick = engine.submit(call([7.0]))
        steps = len(solver.batches)
        solver.gate.set()
        assert await quick == [21.0]
        assert len(solver.batches) <= steps + 3
        long.cancel()


def sleepy() -> Work[int]:
    """Long work: forty pauses, each of a twentieth of a slice."""
    for _ in range(40):
        sleep(SLICE_SECONDS / 20)
        yield
    return 1


async def test_somebody_who_waits_is_served_between_two_parts_of_long_work() -> None:
    async with running() as engine:
        long = engine.work(sleepy(), model="model", name="sleep", cost=1)
        await asyncio.sleep(SLICE_SECONDS / 10)
        assert await engine.submit(call([7.0])) == [21.0]
        assert not long.done()
        assert await long == 1


@dataclass(frozen=True)
class Slow(Counting):
    """Two milliseconds a row, at each step."""

    def step(self, state: Counter) -> Counter:
        sleep(0.002 * len(state.t))
        return super().step(state)


@pytest.mark.parametrize("busy", [False, True])
async def test_while_calls_come_in_steps_are_shorter(busy: bool) -> None:
    solver = Slow()
    solver.gate.set()
    async with running(max_rows=64) as engine:
        await engine.solve(job(solver, *[(5, 1)] * 4))  # to be timed
        if busy:
            await engine.submit(call([7.0]))
        solver.batches.clear()
        await engine.solve(job(solver, *[(3, 1)] * 30))
    rows = max(solver.batches)
    assert rows <= (HURRIED_SECONDS if busy else STEP_SECONDS) / 0.002
    assert busy or rows > HURRIED_SECONDS / 0.002, "as many as a quiet lane has time for"


async def test_progress_is_told_row_by_row() -> None:
    seen: list[tuple[list[int], list[int]]] = []
    solver = opened()
    async with running() as engine:

        def watch(rows: Any, state: Counter) -> None:
            seen.append((list(rows), state.t.tolist()))

        future = engine.solve(job(solver, (10**6, 1), (10**6, 2), watch=watch))
        await steps_of_the_loop(100)
        future.cancel()
    assert seen
    assert all(rows == [0, 1] and len(steps) == 2 for rows, steps in seen)
    assert seen[-1][1][0] > seen[0][1][0]


def counted(*counts: tuple[int, int], solver: Counting) -> Work[list[int]]:
    """Long work: a pause, a job, another pause."""
    yield
    result = yield job(solver, *counts)
    yield
    return result.tolist()  # type: ignore[no-any-return]


async def test_work_is_sent_what_its_job_came_to() -> None:
    solver = opened()
    async with running() as engine:
        work = counted((3, 4), (1, 9), solver=solver)
        assert await engine.work(work, model="model", name="count", cost=10) == [12, 9]


async def test_past_the_bound_work_is_refused_at_once_and_none_below_it_is_lost() -> None:
    solver = opened()
    record = Record()
    async with running(max_cost=100, observer=record) as engine:
        accepted, refused = [], 0
        for number in range(1000):
            try:
                work = counted((4, number), solver=solver)
                accepted.append((number, engine.work(work, model="model", name="count", cost=4)))
            except QueueFull:
                refused += 1
        assert len(accepted) == 25
        assert refused == 975
        for number, future in accepted:
            assert await future == [4 * number]
        await asyncio.sleep(0)
        assert (await engine.work(counted((1, 1), solver=solver), model="model", name="count", cost=100)) == [1]


async def test_a_drain_finishes_what_was_accepted_and_takes_no_more() -> None:
    solver = opened()
    engine = Engine(device=CPU, lanes=1, max_cost=100, max_rows=4)
    engine.start()
    work = engine.work(counted((500, 1), solver=solver), model="model", name="count", cost=1)
    await engine.drain(10)
    assert work.result() == [500]
    with pytest.raises(ShuttingDown):
        engine.work(counted((1, 1), solver=solver), model="model", name="count", cost=1)


async def test_a_drain_that_is_cut_short_tells_those_who_wait() -> None:
    solver = opened()
    engine = Engine(device=CPU, lanes=1, max_cost=100, max_rows=4)
    engine.start()
    work = engine.work(counted((10**9, 1), solver=solver), model="model", name="count", cost=1)
    await engine.drain(0.05)
    with pytest.raises(ShuttingDown):
        work.result()


async def test_the_results_are_those_of_a_plain_loop() -> None:
    counts = [(n % 13, n) for n in range(40)]
    async with running(lanes=2) as engine:
        together = await engine.solve(job(opened(), *counts))
    assert together.tolist() == solve(opened(), rows(*counts)).tolist()

import asyncio
import gc
from threading import Barrier, Event
from time import sleep

import pytest
import torch
from torch import Tensor

from app.engine.engine import Engine
from app.errors import QueueFull, ShuttingDown
from tests.unit.engine.record import Record
from tests.unit.engine.work import CPU, POISON, Gate, Poisoned, blocked, call, operation, running


async def test_a_lone_request_is_a_batch_of_one() -> None:
    record = Record()
    async with running(observer=record) as engine:
        assert await engine.submit(call([5.0])) == [15.0]
    assert record.batches == [1]


async def test_what_waits_while_the_lane_is_busy_becomes_one_batch() -> None:
    record, gate = Record(), Gate()
    async with running(observer=record) as engine:
        async with blocked(engine, gate):
            futures = [engine.submit(call([float(i)])) for i in range(4)]
        assert await asyncio.gather(*futures) == [[0.0], [3.0], [6.0], [9.0]]
    assert record.batches == [1, 4]


async def test_batches_take_no_more_rows_than_a_bucket_without_padding() -> None:
    record, gate = Record(), Gate()
    async with running(observer=record) as engine:
        async with blocked(engine, gate):
            futures = [engine.submit(call([float(i)])) for i in range(7)]
        await asyncio.gather(*futures)
    assert record.batches == [1, 4, 2, 1]


async def test_padding_fills_a_batch_up_and_is_dropped_again() -> None:
    seen: list[int] = []

    def forward(x: Tensor) -> Tensor:
        seen.append(len(x))
        return 3 * x

    async with running() as engine:
        answer = await engine.submit(call([1.0, 2.0, 3.0], operation(forward=forward, sizes=(4,), pads=True)))
    assert (answer, seen) == ([3.0, 6.0, 9.0], [4])


async def test_a_request_larger_than_a_batch_is_split() -> None:
    record = Record()
    async with running(observer=record, lanes=2) as engine:
        values = [float(i) for i in range(23)]
        assert await engine.submit(call(values)) == [3 * value for value in values]
    assert sum(record.batches) == 23
    assert max(record.batches) == 4


async def test_a_failing_request_fails_alone() -> None:
    record, gate = Record(), Gate()
    async with running(observer=record) as engine:
        async with blocked(engine, gate):
            futures = [engine.submit(call([value])) for value in (1.0, POISON, 2.0)]
        outcomes = await asyncio.gather(*futures, return_exceptions=True)
    assert [outcomes[0], outcomes[2]] == [[3.0], [6.0]]
    assert isinstance(outcomes[1], Poisoned)
    assert record.failures == 1


async def test_a_request_that_prepares_too_few_rows_does_not_shift_its_neighbours() -> None:
    gate = Gate()
    async with running() as engine:
        async with blocked(engine, gate):
            short = engine.submit(call([1.0, 2.0], prepare=lambda rows: (torch.ones(1, 1),)))
            good = engine.submit(call([5.0, 6.0]))
        assert await good == [15.0, 18.0]
        with pytest.raises(RuntimeError, match="2 rows were promised, 1 prepared"):
            await short


async def test_a_network_that_gives_too_few_rows_fails_the_request() -> None:
    async with running() as engine:
        with pytest.raises(RuntimeError, match="model gave 1 rows for 2"):
            await engine.submit(call([1.0, 2.0], operation(forward=lambda x: x[:1])))


async def test_a_cancelled_request_is_dropped_and_its_batch_mates_are_not() -> None:
    record, gate = Record(), Gate()
    async with running(observer=record) as engine:
        async with blocked(engine, gate):
            leaver, stayer = engine.submit(call([1.0, 2.0])), engine.submit(call([3.0]))
            leaver.cancel()
            await asyncio.sleep(0)
            assert (record.depth, record.cost) == (1, 1)
        assert await stayer == [9.0]
    assert record.cancels == [2]
    assert record.batches == [1, 1]


async def test_a_request_cancelled_while_it_is_computed_is_not_encoded() -> None:
    gate = Gate()
    encoded: list[Tensor] = []
    async with running() as engine:
        future = engine.submit(call([0.0], operation(forward=gate), render=encoded.append))
        assert await asyncio.to_thread(gate.entered.wait, 10)
        future.cancel()
        await asyncio.sleep(0)
        gate.open.set()
        assert await engine.submit(call([1.0])) == [3.0]
    assert encoded == []


async def test_a_request_cancelled_just_before_its_answer_arrives_does_not_cost_its_batch_mates_theirs() -> None:
    encoded, gate = Event(), Gate()

    def join(parts: list[list[float]]) -> list[float]:
        encoded.set()
        return parts[0]

    async with running() as engine:
        async with blocked(engine, gate):
            leaver = engine.submit(call([1.0]))
            stayer = engine.submit(call([2.0], join=join))
        assert encoded.wait(10)  # the event loop stands still, while the lane
        sleep(0.05)  # noqa: ASYNC251 - brings both answers
        leaver.cancel()
        assert await asyncio.wait_for(stayer, 10) == [6.0]


async def test_a_large_request_is_computed_in_all_lanes_at_once() -> None:
    both = Barrier(2)

    def forward(x: Tensor) -> Tensor:
        both.wait(10)
        return 3 * x

    async with running(lanes=2) as engine:
        assert await engine.submit(call([1.0, 2.0], operation(forward=forward, sizes=(1,)))) == [3.0, 6.0]


async def test_a_full_queue_refuses_at_once_and_says_when_to_come_back() -> None:
    record, gate = Record(), Gate()
    async with running(observer=record, max_cost=100) as engine:
        await engine.submit(call([1.0], row_cost=10))  # from now on the pace is known
        async with blocked(engine, gate):
            waiting = engine.submit(call([1.0] * 9, row_cost=10))
            with pytest.raises(
                QueueFull, match="holds 90 of 100 cost units, and this request needs 20 more"
            ) as refused:
                engine.submit(call([1.0] * 2, row_cost=10))
            engine.submit(call([1.0], row_cost=10))
        await waiting
    assert refused.value.retry_after > 0
    assert record.sheds == ["queue-full"]


async def test_drain_finishes_what_was_accepted_and_takes_nothing_new() -> None:
    record, gate = Record(), Gate()
    engine = Engine(device=CPU, lanes=2, max_cost=100, max_rows=8, observer=record)
    engine.start()
    async with blocked(engine, gate):
        accepted = [engine.submit(call([float(i)])) for i in range(9)]
        drained = asyncio.create_task(engine.drain(5))
        await asyncio.sleep(0)
        with pytest.raises(ShuttingDown):
            engine.submit(call([1.0]))
    await drained
    assert [future.result() for future in accepted] == [[3.0 * i] for i in range(9)]
    assert record.sheds == ["shutting-down"]
    await engine.drain(5)  # again, to no effect


async def test_drain_gives_up_when_its_time_is_over() -> None:
    record, gate = Record(), Gate()
    engine = Engine(device=CPU, lanes=1, max_cost=100, max_rows=8, observer=record)
    engine.start()
    async with blocked(engine, gate) as running:
        waiting = engine.submit(call([1.0]))
        asyncio.get_running_loop().call_later(0.1, gate.open.set)
        await engine.drain(0.01)
    for future in (running, waiting):
        with pytest.raises(ShuttingDown, match=r"0\.01 s"):
            future.result()
    assert record.batches == [1]


async def test_an_engine_that_was_never_started_drains() -> None:
    await Engine(device=CPU, lanes=1, max_cost=1, max_rows=8).drain(1)


async def test_an_error_that_nobody_waits_for_is_not_complained_of() -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    async with running() as engine:
        await asyncio.wait({engine.submit(call([POISON]))})
    gc.collect()
    assert complaints == []

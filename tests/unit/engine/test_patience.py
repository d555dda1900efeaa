import asyncio

import pytest

from app.engine.patience import patience
from app.errors import ClientGone, DeadlineExceeded


async def test_the_result_comes_as_soon_as_it_is_there() -> None:
    loop = asyncio.get_running_loop()
    future, gone = loop.create_future(), loop.create_future()
    loop.call_soon(future.set_result, 7)
    assert await patience(future, gone=gone, seconds=10) == 7


async def test_an_error_is_raised_as_it_is() -> None:
    loop = asyncio.get_running_loop()
    future, gone = loop.create_future(), loop.create_future()
    future.set_exception(KeyError("mine"))
    with pytest.raises(KeyError):
        await patience(future, gone=gone, seconds=10)


async def test_who_waits_too_long_is_told_and_the_work_goes_on() -> None:
    loop = asyncio.get_running_loop()
    future, gone = loop.create_future(), loop.create_future()
    with pytest.raises(DeadlineExceeded, match=r"within 0\.01 s"):
        await patience(future, gone=gone, seconds=0.01)
    assert not future.done()


async def test_a_client_that_leaves_ends_the_wait() -> None:
    loop = asyncio.get_running_loop()
    future, gone = loop.create_future(), loop.create_future()
    loop.call_soon(gone.set_result, None)
    with pytest.raises(ClientGone):
        await patience(future, gone=gone, seconds=10)
    assert not future.done()

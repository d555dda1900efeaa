"""Waiting for a future, as long as the client does and the deadline allows.

A deadline works as a departure does: whoever waits gives up, and once nobody waits the future is cancelled. Then lanes
pass its ticket by, when it leaves the queue and before it is encoded.
"""

import asyncio
from typing import Any

from app.engine.call import Result
from app.errors import ClientGone, DeadlineExceeded


async def patience(future: asyncio.Future[Result], *, gone: asyncio.Future[Any], seconds: float) -> Result:
    """The future's result. Raises ClientGone once `gone` is done, DeadlineExceeded after `seconds`.

    Leaves the future running: others may wait for it.
    """
    await asyncio.wait((future, gone), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    if future.done():
        return future.result()
    if gone.done():
        raise ClientGone("the client left before its answer was ready")
    raise DeadlineExceeded(f"the answer was not ready within {seconds:g} s")

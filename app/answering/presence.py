"""Whether the client is still there."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import Receive


@contextmanager
def departure(receive: Receive) -> Iterator[asyncio.Future[None]]:
    """A future that is done once the client has left. The body must have been read before."""
    watch = asyncio.ensure_future(leaves(receive))
    try:
        yield watch
    finally:
        watch.cancel()


async def leaves(receive: Receive) -> None:
    """Returns when the connection is closed."""
    while (await receive())["type"] != "http.disconnect":
        pass

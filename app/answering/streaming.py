"""Long work as it goes: what a lane tells now and then, on its way to the client."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import orjson

from app.answering.accept import choose
from app.answering.events import ALIVE, MEDIA_TYPE, event
from app.answering.forms import Form
from app.answering.long import LongOrder, News, Tell
from app.answering.order import etag_of
from app.runtime import Runtime

SILENCE = 15.0  # seconds after which a word is said


def streams(accept: str, forms: Sequence[Form]) -> bool:
    """Whether a client would rather have events than any of these forms."""
    return choose(accept, (*(form.media_type for form in forms), MEDIA_TYPE)) == MEDIA_TYPE


class Wire:
    """From a lane to the event loop."""

    def __init__(self) -> None:
        self._loop, self._news = asyncio.get_running_loop(), asyncio.Queue[News | None]()

    def tell(self, news: News) -> None:
        """In a lane, which waits for nobody."""
        self._loop.call_soon_threadsafe(self._news.put_nowait, news)

    def end(self, _: object) -> None:
        """On the event loop: nothing comes any more."""
        self._news.put_nowait(None)

    async def next(self) -> News | None:
        """The next news, None after the last."""
        return await self._news.get()


class Streamed:
    """An order of which a client gets the news. Raises as the engine does when it is begun."""

    def __init__(self, runtime: Runtime, order_of: Callable[[Tell], LongOrder]) -> None:
        self.runtime, self.wire = runtime, Wire()
        self.order = order_of(self.wire.tell)
        self.etag = etag_of(runtime, self.order)
        self.kept = runtime.answers.get(self.etag) if self.etag else None
        self.future: asyncio.Future[bytes] | None = None
        self.first: News | None = None
        if self.kept is None:
            self.future = self.order.begin(runtime)
            self.future.add_done_callback(self.wire.end)

    async def begin(self) -> None:
        """Returns with the first news. Raises what goes wrong before, so that it can still be told by a status."""
        if self.future is None:
            return
        self.first = await self.wire.next()
        if self.first is None:
            self.future.result()

    def close(self) -> None:
        """Ends the work at its next slice."""
        if self.future is not None:
            self.future.cancel()

    async def events(self) -> AsyncIterator[str]:
        """The news, then the result."""
        if self.future is not None:
            while self.first is not None:
                name, data = self.first
                yield event(name, orjson.dumps(data).decode())
                async for word in self._next():
                    yield word
            self.kept = self.future.result()
            if self.etag is not None:
                self.runtime.answers.put(self.etag, self.kept)
        assert self.kept is not None  # noqa: S101 - it was kept, or it was made
        yield event("result", self.kept.decode())

    async def _next(self) -> AsyncIterator[str]:
        """Waits for the next news, with a word now and then."""
        waiting = asyncio.ensure_future(self.wire.next())
        try:
            while not (await asyncio.wait((waiting,), timeout=SILENCE))[0]:
                yield ALIVE
            self.first = waiting.result()
        finally:
            waiting.cancel()

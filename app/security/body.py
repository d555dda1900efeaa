"""No request body larger than the limit is ever in memory, whatever it says of its length."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import BodyTooLarge


class BodyLimit:
    """Refuses a body by its Content-Length, or else as soon as the bytes that came are too many."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self.app = app
        self.max_bytes, self.limit = max_bytes, str(max_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises BodyTooLarge, here or from `receive`."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "").lstrip("0")
        if length.isdecimal() and (len(length), length) > (len(self.limit), self.limit):  # int() has limits of its own
            raise BodyTooLarge(f"a body may have {self.max_bytes} bytes, this one says {length[:40]}")
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.max_bytes:
                raise BodyTooLarge(f"a body may have {self.max_bytes} bytes, this one has more")
            return message

        await self.app(scope, counted, send)

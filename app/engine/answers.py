"""The answers to seeded requests that are kept, the least recently asked for leaving first."""

from collections import OrderedDict


class Answers:
    """At most `max_bytes` of bodies, by ETag. Called on one event loop."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self._bodies: OrderedDict[str, bytes] = OrderedDict()

    def get(self, etag: str) -> bytes | None:
        """The body, which counts as asked for just now."""
        body = self._bodies.get(etag)
        if body is not None:
            self._bodies.move_to_end(etag)
        return body

    def put(self, etag: str, body: bytes) -> None:
        """Keeps a body, unless it alone is larger than everything that may be kept."""
        if etag in self._bodies or len(body) > self.max_bytes:
            return
        self._bodies[etag] = body
        self.bytes += len(body)
        while self.bytes > self.max_bytes:
            _, oldest = self._bodies.popitem(last=False)
            self.bytes -= len(oldest)

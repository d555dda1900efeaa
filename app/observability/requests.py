"""Each request, once it is answered: a line in the log and a count in the metrics.

How long it took stands in the header `Server-Timing`, and not in the body: equal requests have equal bodies.
"""

from collections.abc import Sequence
from time import perf_counter
from urllib.parse import quote

import structlog
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.observability.metrics import Metrics

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET = ("/health/", "/metrics", "/static/")  # asked every few seconds, or by every page
ABANDONED = 499  # no answer was begun: the client left, or the server was told to stop

log = structlog.get_logger("zerosum.access")


class Requests:
    """Watches every request from outside of everything that may refuse it."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, routes: Sequence[BaseRoute]) -> None:
        self.app, self.metrics, self.routes = app, metrics, routes
        self.templates: dict[int, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measures until the last byte is sent."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, start = ABANDONED, perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                took = b"total;dur=%.2f" % (1000 * (perf_counter() - start))
                message["headers"] = [*message.get("headers", ()), (b"server-timing", took)]
            await send(message)

        with self.metrics.in_flight.track_inprogress():
            try:
                await self.app(scope, receive, watch)
            finally:
                self.report(scope, status, perf_counter() - start)

    def report(self, scope: Scope, status: int, seconds: float) -> None:
        """Counts by the route's template, so that no client can make labels up."""
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.metrics.request(route=self.template(scope), method=method, status=status, seconds=seconds)
        say = log.debug if scope["path"].startswith(QUIET) else log.info
        client = scope["client"][0] if scope.get("client") else None
        path = quote(scope["path"])  # decoded, it could carry line breaks and terminal codes
        say("request", method=scope["method"], path=path, status=status, ms=_ms(seconds), client=client)

    def template(self, scope: Scope) -> str:
        """The path as the route declares it, e.g. /v1/models/{id}; 'none' for what is not there."""
        route = scope.get("route")
        if route is None:
            return "none"
        if not self.templates:  # FastAPI routes know only the part of their path below the router's prefix
            contexts = iter_route_contexts(self.routes)
            self.templates = {id(context.original_route): str(context.path) for context in contexts}
        return self.templates.get(id(route), "none")


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 2)

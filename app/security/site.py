"""Without a key, being on this machine is the only credential, so a web page elsewhere must not borrow it.

Two ways it could: a name of its own that resolves to 127.0.0.1 (DNS rebinding), seen in Host; and a form or fetch
across sites, seen in Origin. Programs such as curl send a loopback Host and no Origin.
"""

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import OriginForbidden
from app.security.loopback import is_loopback

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]@/]+)(:\d+)?")  # RFC 9110, section 7.2


class OwnSite:
    """Refuses what a foreign page could make a browser send."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises OriginForbidden."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            host, origin = headers.get("host", ""), headers.get("origin")
            named = HOST.fullmatch(host)
            if host and not (named and is_loopback(named[1])):
                raise OriginForbidden(f"without a key only this machine is served, not as {host[:80]!r}")
            if origin is not None and scope["method"] not in SAFE and not same_site(origin, host):
                raise OriginForbidden(f"without a key a page of {origin[:80]!r} may not send to {host!r}")
        await self.app(scope, receive, send)


def same_site(origin: str, host: str) -> bool:
    """Whether a page of `origin` came from `host`; https where a proxy on this machine speaks it."""
    return origin.lower() in {f"http://{host}".lower(), f"https://{host}".lower()}

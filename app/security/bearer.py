"""One key for everything but the pages a browser must load before it can send one."""

from hashlib import sha256
from hmac import compare_digest

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import Unauthorised

OPEN = frozenset({"/", "/docs", "/openapi.json"})
OPEN_FOLDERS = ("/health/", "/static/", "/docs/")


class BearerKey:
    """Refuses requests without `Authorization: Bearer <key>`, by default and whatever the method."""

    def __init__(self, app: ASGIApp, *, key: str) -> None:
        self.app = app
        self.digest = sha256(key.encode()).digest()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises Unauthorised."""
        if scope["type"] == "http" and not is_open(scope["path"]):
            self.check(Headers(scope=scope).get("authorization"))
        await self.app(scope, receive, send)

    def check(self, header: str | None) -> None:
        """Raises Unauthorised; digests are compared, so that neither time nor length says anything of the key."""
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthorised("send the server's key as 'Authorization: Bearer <key>'")
        if not compare_digest(sha256(token.strip().encode()).digest(), self.digest):
            raise Unauthorised("the bearer key is not the server's")


def is_open(path: str) -> bool:
    """Whether a path is served to anyone."""
    return path in OPEN or path.startswith(OPEN_FOLDERS)

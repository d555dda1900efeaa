"""The files of the pages, each read once; only names that were found are ever served."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

FOLDERS = tuple(Path(__file__).with_name(name) for name in ("static", "swagger"))
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
# Scripts and styles come from files of this server alone, so markup that slips into a page can neither run nor call
# home. Swagger UI draws its icons as data: URLs and both pages show answers as blob: URLs.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Asset:
    """One file in memory."""

    data: bytes
    media_type: str
    etag: str


@cache
def assets() -> dict[str, Path]:
    """Every servable file by its name."""
    return {path.name: path for folder in FOLDERS for path in folder.iterdir() if path.suffix in MEDIA_TYPES}


@cache
def read(path: Path) -> Asset:
    """The file of a path that `assets` gave."""
    data = path.read_bytes()
    return Asset(data, MEDIA_TYPES[path.suffix], f'"{sha256(data).hexdigest()[:32]}"')


def answer(request: Request, name: str) -> Response:
    """The asset of this name, or 304 where the browser has it. Raises HTTPException 404."""
    if name not in assets():
        raise HTTPException(404)
    asset = read(assets()[name])
    headers = {
        "ETag": asset.etag,
        "Cache-Control": "no-cache",  # asked again each time, answered 304: an upgrade shows at once
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    if request.headers.get("if-none-match") == asset.etag:
        return Response(status_code=304, headers=headers)
    return Response(asset.data, media_type=asset.media_type, headers=headers)

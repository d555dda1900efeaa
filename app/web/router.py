"""GET / (the start page), /docs (Swagger UI) and /static/{name}."""

from fastapi import APIRouter, Request, Response

from app.web.assets import answer

router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]


@router.api_route("/", methods=READ)
async def start_page(request: Request) -> Response:
    """What each model makes, and how to ask for it."""
    return answer(request, "start.html")


@router.api_route("/docs", methods=READ)
async def docs_page(request: Request) -> Response:
    """Swagger UI over /openapi.json."""
    return answer(request, "docs.html")


@router.api_route("/static/{name}", methods=READ)
async def static_file(name: str, request: Request) -> Response:
    """A file that the pages load."""
    return answer(request, name)

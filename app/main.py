"""The server, put together: create_app(settings)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware

from app.anomaly.router import router as anomaly
from app.attacks.router import router as attacks
from app.catalogue.router import router as catalogue
from app.catalogue.samples import Samples
from app.classification.router import router as classification
from app.conditional.router import router as conditional
from app.docs.openapi import document, operation_id
from app.docs.router import router as docs
from app.examples.router import router as examples
from app.generation.router import router as generation
from app.health.router import router as health
from app.lab.router import router as lab
from app.lab.service import Lab
from app.latent.router import router as latent
from app.observability.metrics import Metrics
from app.observability.request_id import RequestId
from app.observability.requests import Requests
from app.observability.router import router as metrics_router
from app.problems import HANDLERS, Unexpected
from app.projection.router import router as projection
from app.runtime import Runtime
from app.security.bearer import BearerKey
from app.security.body import BodyLimit
from app.security.site import OwnSite
from app.segmentation.router import router as segmentation
from app.settings import Settings
from app.superres.router import router as superres
from app.translation.router import router as translation
from app.web.router import router as web

ROUTERS: tuple[tuple[str, APIRouter], ...] = (
    ("/v1", generation),
    ("/v1", conditional),
    ("/v1", latent),
    ("/v1", projection),
    ("/v1", classification),
    ("/v1", attacks),
    ("/v1", examples),
    ("/v1", segmentation),
    ("/v1", translation),
    ("/v1", anomaly),
    ("/v1", superres),
    ("/v1", catalogue),
    ("/v1", lab),
    ("", health),
    ("", metrics_router),
    ("", docs),
    ("", web),
)


def create_app(settings: Settings) -> FastAPI:
    """An application that loads settings.weights as soon as it starts; it answers meanwhile, and says not-ready."""
    app = FastAPI(
        lifespan=lifespan,
        exception_handlers=HANDLERS,
        openapi_url=None,  # app.docs serves it
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # a sixth of a request, and nobody listens
        redirect_slashes=False,  # a client that is sent elsewhere drops its body or its key
        generate_unique_id_function=operation_id,
    )
    app.state.settings = settings
    app.state.metrics = Metrics()
    app.state.samples = Samples(settings.weights)
    app.state.lab = Lab(settings.lab_runs)
    for prefix, router in ROUTERS:
        app.include_router(router, prefix=prefix)
    app.user_middleware = middleware(app, settings)
    app.openapi = cache(lambda: document(app, keyed=settings.api_key is not None))  # type: ignore[method-assign]
    return app


def middleware(app: FastAPI, settings: Settings) -> list[Middleware]:
    """From the outside in: name the request, watch it, answer for what goes wrong inside, refuse."""
    key = settings.api_key
    return [
        Middleware(RequestId),
        Middleware(Requests, metrics=app.state.metrics, routes=app.routes),
        Middleware(Unexpected),
        Middleware(OwnSite) if key is None else Middleware(BearerKey, key=key.get_secret_value()),
        Middleware(BodyLimit, max_bytes=settings.max_body_bytes),
    ]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Loads in the background, so that /health/live answers from the first moment; drains at the end."""
    runtime = Runtime(app.state.settings, observer=app.state.metrics)
    app.state.runtime = runtime
    app.state.loading = asyncio.create_task(runtime.start())
    try:
        yield
    finally:
        app.state.loading.cancel()
        await runtime.drain()

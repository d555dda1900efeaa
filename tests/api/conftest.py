"""A folder of tiny checkpoints, an application over it, and a client of that application."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.engine.answers import Answers
from app.main import create_app
from app.settings import Settings
from models.card import Card
from models.checkpoint import SAMPLES, write_card, write_weights
from models.registry import family
from tests.api.steering import write_steerable
from tests.unit.models.cards import card_facts

MODEL = "sngan-mnist"  # the name that the examples of the OpenAPI document use
PNG = b"\x89PNG\r\n\x1a\n"

Serve = Callable[[FastAPI], AbstractAsyncContextManager[httpx.AsyncClient]]


def write_checkpoint(root: Path, name: str, *, width: int = 4) -> Path:
    """A tiny SN-GAN under `root`."""
    facts = card_facts(name)
    facts["config"] |= {"width": width}
    chosen = family(facts["family"])
    folder = root / name
    digest, size = write_weights(folder, chosen.build(chosen.config(**facts["config"])))
    write_card(folder, Card.model_validate(facts | {"sha256": digest, "size": size}))
    return folder


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one good checkpoint. Shared: tests that break a checkpoint write their own."""
    root = tmp_path_factory.mktemp("weights")
    (write_checkpoint(root, MODEL) / SAMPLES).write_bytes(PNG + b"not decoded by anything here")
    return root


@pytest.fixture(scope="session")
def steerable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with that checkpoint, and with models whose samples can be steered."""
    root = tmp_path_factory.mktemp("steerable")
    (write_checkpoint(root, MODEL) / SAMPLES).write_bytes(PNG + b"not decoded by anything here")
    write_steerable(root)
    return root


@pytest.fixture
def settings(weights: Path) -> Settings:
    """What the application runs with."""
    return settings_over(weights)


def settings_over(weights: Path) -> Settings:
    """One lane, small batches."""
    return Settings(weights=weights, device="cpu", workers=1, max_batch=4)


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """A fresh application."""
    return create_app(settings)


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that has loaded what it could."""
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client,
    ):
        await asyncio.wait_for(app.state.loading, timeout=60)
        yield client


@pytest.fixture
def serve() -> Serve:
    """Runs an application for the length of a with block."""
    return serving


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the fresh application, once it is ready."""
    async with serving(app) as client:
        yield client


@pytest.fixture(scope="module")
def shared_app(steerable: Path) -> FastAPI:
    """One application over the models that can be steered: its start takes ten times as long as a test of it."""
    return create_app(settings_over(steerable))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_client(shared_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of it, for tests that run on their module's event loop."""
    async with serving(shared_app) as client:
        yield client


@pytest.fixture
def fresh_client(shared_app: FastAPI, shared_client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The same, and no answer to an earlier test is kept."""
    runtime = shared_app.state.runtime
    runtime.answers = Answers(runtime.settings.cache_bytes)
    return shared_client

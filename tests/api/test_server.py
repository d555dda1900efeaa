"""The process around the application, without a process of its own."""

import asyncio
import gc
from pathlib import Path

import httpx
from fastapi import FastAPI

from app.main import create_app
from app.server import Server, listen
from app.settings import Settings
from models.errors import CheckpointError
from tests.api.conftest import MODEL, PNG


async def test_a_server_announces_itself_serves_and_drains(app: FastAPI, settings: Settings) -> None:
    ready = asyncio.Event()
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = Server(app, settings, on_ready=ready.set)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await asyncio.wait_for(ready.wait(), timeout=60)
    async with httpx.AsyncClient(base_url=url) as client:
        answer = await client.post("/v1/generate", json={"model": MODEL, "num_images": 1, "seed": 7})
        assert answer.content.startswith(PNG)
        assert gc.get_freeze_count() > 1000, "what was loaded is kept from the collector"
        gc.unfreeze()
        server.should_exit = True
        await asyncio.wait_for(serving, timeout=60)
    assert not app.state.runtime.ready
    assert server.failure is None


async def test_a_server_that_is_stopped_while_it_loads_announces_nothing(app: FastAPI, settings: Settings) -> None:
    announced = []
    server = Server(app, settings, on_ready=lambda: announced.append(True))
    server.should_exit = True  # as a signal leaves it
    await asyncio.wait_for(server.serve(sockets=[listen("127.0.0.1", 0)]), timeout=60)
    assert announced == []
    assert server.failure is None


async def test_a_server_that_cannot_load_anything_ends_and_says_why(tmp_path: Path) -> None:
    settings = Settings(weights=tmp_path / "gone", device="cpu", workers=1)
    listener = listen("127.0.0.1", 0)
    server = Server(create_app(settings), settings, on_ready=lambda: None)
    await asyncio.wait_for(server.serve(sockets=[listener]), timeout=60)
    assert isinstance(server.failure, CheckpointError)
    assert "is no folder of checkpoints" in str(server.failure)

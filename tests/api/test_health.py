import asyncio
import threading

import httpx
import pytest
from fastapi import FastAPI

from app.runtime import Runtime
from tests.api.problems import check_problem


async def test_a_server_that_has_loaded_is_live_and_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/live")).json() == {"status": "live"}
    assert (await client.get("/health/ready")).json() == {"status": "ready", "models": 1, "failed": 0}


async def test_a_server_that_loads_is_live_and_says_that_it_is_not_ready(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_load = threading.Event()
    load = Runtime._load

    def wait_and_load(runtime: Runtime) -> None:
        assert may_load.wait(timeout=60)
        load(runtime)

    monkeypatch.setattr(Runtime, "_load", wait_and_load)  # the one way to see a state that lasts milliseconds
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
    ):
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/")).status_code == 200
        for path in ("/health/ready", "/v1/models", "/v1/models/sngan-mnist", "/v1/models/sngan-mnist/samples.png"):
            answer = await client.get(path)
            check_problem(answer, "not-ready", 503)
            assert answer.headers["retry-after"] == "1"
        may_load.set()
        await asyncio.wait_for(app.state.loading, timeout=60)
        assert (await client.get("/health/ready")).status_code == 200


async def test_a_server_that_drains_is_live_and_takes_no_work(client: httpx.AsyncClient, app: FastAPI) -> None:
    await app.state.runtime.drain()
    assert (await client.get("/health/live")).status_code == 200
    check_problem(await client.get("/health/ready"), "shutting-down", 503)
    answer = await client.post("/v1/generate", json={"model": "sngan-mnist", "num_images": 1, "seed": 7})
    check_problem(answer, "shutting-down", 503)
    assert (await client.get("/v1/models")).status_code == 200

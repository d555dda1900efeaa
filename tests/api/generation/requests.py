"""How the tests here ask, and what they look at."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import numpy as np
from fastapi import FastAPI
from numpy.typing import NDArray
from PIL import Image

from tests.api.conftest import MODEL
from tests.unit.engine.work import Gate, blocked

FORMS = ("image/png", "application/json", "application/zip", "application/x-npy")


async def generate(client: httpx.AsyncClient, accept: str = "image/png", **fields: Any) -> httpx.Response:
    """POST /v1/generate."""
    headers = {"Accept": accept} | fields.pop("headers", {})
    return await client.post("/v1/generate", json={"model": MODEL} | fields, headers=headers)


async def floats(client: httpx.AsyncClient, **fields: Any) -> NDArray[np.float32]:
    """The raw tensor."""
    response = await generate(client, "application/x-npy", **fields)
    assert response.status_code == 200, response.text
    array: NDArray[np.float32] = np.load(io.BytesIO(response.content), allow_pickle=False)
    return array


def pixels(png: bytes) -> NDArray[np.uint8]:
    """What Pillow reads, h w."""
    with Image.open(io.BytesIO(png)) as image:
        assert (image.format, image.mode) == ("PNG", "L")
        return np.asarray(image)


@asynccontextmanager
async def busy(app: FastAPI) -> AsyncIterator[None]:
    """The only lane is busy for the length of a with block."""
    async with blocked(app.state.runtime.engine, Gate()):
        yield


def metric(app: FastAPI, name: str, **labels: str) -> float:
    """A figure of /metrics; 0 while nothing was counted."""
    value: float | None = app.state.metrics.registry.get_sample_value(name, labels)
    return value or 0.0


async def queued(app: FastAPI, depth: int) -> None:
    """Returns once so many requests wait."""
    for _ in range(1000):
        if metric(app, "zerosum_queue_depth") == depth:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"the queue never held {depth}")

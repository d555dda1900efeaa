"""/v1/upscale of a real server: many at once against one after the other, and what that does to /v1/generate."""

import asyncio
import io
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter

import httpx
import numpy as np
from PIL import Image

from app.engine.device import cores
from benchmarks.report import table
from benchmarks.server import running

ROUNDS = 3
STEPS = 100
TARGET = 49.0  # dB
HEAD = (
    "round",
    "one after the other, s",
    "16 at once, s",
    "times",
    "beside generate, s",
    "times",
    "generate p50 / p99 alone, ms",
    "meanwhile",
    "p99, times",
)


def png(pixels: np.ndarray) -> bytes:
    """A file."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


async def upscale(client: httpx.AsyncClient, model: str, file: bytes, *, seed: int, target: float) -> None:
    """One request for one search; its seed is nobody else's, so that no answer is kept."""
    fields = {"model": model, "seed": str(seed), "target_psnr": str(target), "max_steps": str(STEPS), "restarts": "1"}
    answer = await client.post("/v1/upscale", data=fields, files={"image": file})
    answer.raise_for_status()


async def generating(client: httpx.AsyncClient, model: str, seconds: list[float]) -> None:
    """Asks for an image again and again, as a person would who clicks."""
    while True:
        began = perf_counter()
        (await client.post("/v1/generate", json={"model": model, "num_images": 1})).raise_for_status()
        seconds.append(perf_counter() - began)
        await asyncio.sleep(0.02)


@asynccontextmanager
async def beside(client: httpx.AsyncClient, model: str) -> AsyncIterator[list[float]]:
    """What /v1/generate takes for the length of a with block."""
    seconds: list[float] = []
    task = asyncio.ensure_future(generating(client, model, seconds))
    try:
        yield seconds
    finally:
        task.cancel()


async def at_once(client: httpx.AsyncClient, model: str, files: Sequence[bytes], *, seed: int, target: float) -> None:
    """All of them."""
    await asyncio.gather(
        *(upscale(client, model, file, seed=seed + number, target=target) for number, file in enumerate(files))
    )


async def play(port: int, model: str, files: Sequence[bytes], *, seed: int, target: float) -> list[str]:
    """One round."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=600) as client:
        async with beside(client, model) as alone:
            await asyncio.sleep(4)
        began = perf_counter()
        for number, file in enumerate(files):
            await upscale(client, model, file, seed=seed + number, target=target)
        one = perf_counter() - began
        began = perf_counter()
        await at_once(client, model, files, seed=seed, target=target + 1e-6)  # the same work under another name
        many = perf_counter() - began
        async with beside(client, model) as meanwhile:
            began = perf_counter()
            await at_once(client, model, files, seed=seed, target=target + 2e-6)
            mixed = perf_counter() - began
    quiet, busy = (np.percentile(np.array(each) * 1000, [50, 99]) for each in (alone, meanwhile))
    shown = [f"{p50:.1f} / {p99:.1f}" for p50, p99 in (quiet, busy)]
    times = [f"{one:.1f}", f"{many:.1f}", f"{one / many:.2f}", f"{mixed:.1f}", f"{one / mixed:.2f}"]
    return [*times, *shown, f"{busy[1] / quiet[1]:.1f}"]


def served(weights: Path, model: str, smalls: Sequence[np.ndarray]) -> str:
    """Rounds, as Markdown. Nothing comes as near as TARGET: so every search takes all its steps."""
    files = [png(each) for each in smalls]
    with running(weights, lanes=cores()) as server:
        asyncio.run(play(server.port, model, files[:2], seed=10, target=TARGET))  # warm
        rows = [
            [str(number), *asyncio.run(play(server.port, model, files, seed=10_000 * (number + 1), target=TARGET))]
            for number in range(ROUNDS)
        ]
    return "\n".join(table(HEAD, rows))

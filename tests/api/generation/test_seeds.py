"""The same seed is the same image: whoever else is served, however many are asked for, in whatever form."""

import asyncio

import httpx
import numpy as np
from fastapi import FastAPI

from app.engine.answers import Answers
from tests.api.generation.requests import busy, floats, generate, queued


async def test_image_i_of_a_seed_is_the_same_however_many_are_asked_for(client: httpx.AsyncClient) -> None:
    alone, three, nine = [await floats(client, seed=5, num_images=n) for n in (1, 3, 9)]
    assert np.array_equal(three, nine[:3])
    assert np.array_equal(alone, nine[:1])


async def test_batch_mates_change_nothing(app: FastAPI, client: httpx.AsyncClient) -> None:
    asked = [(seed, 1 + seed % 3, seed / 10) for seed in range(8)]
    alone = [await generate(client, seed=seed, num_images=n, truncation=psi) for seed, n, psi in asked]
    app.state.runtime.answers = Answers(0)  # what was kept must be computed again
    async with busy(app):
        requests = [
            asyncio.create_task(generate(client, seed=seed, num_images=n, truncation=psi)) for seed, n, psi in asked
        ]
        await queued(app, len(asked))
    together = await asyncio.gather(*requests)
    assert [response.content for response in together] == [response.content for response in alone]


async def test_truncation_zero_makes_all_images_equal_and_one_does_not(client: httpx.AsyncClient) -> None:
    mode, free = [await floats(client, seed=5, num_images=2, truncation=psi) for psi in (0, 1)]
    assert np.array_equal(mode[0], mode[1])
    assert not np.array_equal(free[0], free[1])


async def test_without_a_seed_one_is_drawn_and_told(client: httpx.AsyncClient) -> None:
    one, two = [await generate(client) for _ in range(2)]
    assert one.headers["x-zerosum-seed"] != two.headers["x-zerosum-seed"]
    assert "etag" not in one.headers
    assert one.headers["cache-control"] == "no-store"
    again = await generate(client, seed=int(one.headers["x-zerosum-seed"]))
    assert again.content == one.content

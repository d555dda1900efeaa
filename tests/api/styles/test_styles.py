"""Styles mixed by layers, noise by a seed of its own, and walks between styles."""

from typing import Any

import httpx
import numpy as np
import pytest

from tests.api.conftest import MODEL
from tests.api.steering import FACE, STYLED, ask, facts, floats, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")
GENERATE, INTERPOLATE, DECODE = "/v1/generate", "/v1/interpolate", "/v1/decode"
LAYERS = 10  # of a generator of 64 px


async def test_a_style_sampler_draws_like_any_other(client: httpx.AsyncClient) -> None:
    images = await floats(client, GENERATE, model=STYLED, num_images=3, seed=7)
    assert images.shape == (3, 3, FACE["height"], FACE["width"])
    assert len({image.tobytes() for image in images}) == 3
    same = await floats(client, GENERATE, model=STYLED, num_images=3, seed=7, truncation=0)
    assert np.array_equal(same[0], same[1])


async def test_the_list_says_where_images_become_styles(client: httpx.AsyncClient) -> None:
    told = (await client.get("/v1/models")).json()["models"]
    (links,) = [model["links"]["operations"] for model in told if model["id"] == STYLED]
    assert links == {"sampler": GENERATE, "style-sampler": "/v1/project"}


async def test_a_mix_of_nothing_or_of_all_layers_is_one_of_both_images(client: httpx.AsyncClient) -> None:
    base = {"model": STYLED, "num_images": 2, "seed": 7, "truncation": 0.8}
    plain = await floats(client, GENERATE, **base)
    assert np.array_equal(await floats(client, GENERATE, **base, style_mix=[]), plain)
    other = (await floats(client, GENERATE, **base | {"seed": 11, "num_images": 3}))[2]
    everything = [{"seed": 11, "row": 2, "first": 0, "last": LAYERS - 1}]
    for image in await floats(client, GENERATE, **base, style_mix=everything):
        assert np.array_equal(image, other)


async def test_later_ranges_lie_over_earlier_ones(client: httpx.AsyncClient) -> None:
    base = {"model": STYLED, "seed": 7}
    fine = [{"seed": 11, "first": 4, "last": 9}]
    mixed = await floats(client, GENERATE, **base, style_mix=fine)
    covered = [{"seed": 9, "first": 5, "last": 5}, *fine]
    assert np.array_equal(await floats(client, GENERATE, **base, style_mix=covered), mixed)
    assert not np.array_equal(mixed, await floats(client, GENERATE, **base))
    assert not np.array_equal(mixed, await floats(client, GENERATE, **base | {"seed": 11}))


async def test_noise_has_a_seed_of_its_own_and_each_image_its_own_noise(client: httpx.AsyncClient) -> None:
    one = [{"seed": 7, "first": 0, "last": LAYERS - 1}]  # the same style for all images
    base: dict[str, Any] = {"model": STYLED, "num_images": 2, "seed": 7, "style_mix": one}
    still = await floats(client, GENERATE, **base)
    assert np.array_equal(still[0], still[1])
    noisy = await floats(client, GENERATE, **base, noise_seed=1)
    assert not np.array_equal(noisy[0], noisy[1])
    assert np.array_equal(await floats(client, GENERATE, **base, noise_seed=1), noisy)
    assert not np.array_equal(await floats(client, GENERATE, **base, noise_seed=2), noisy)


async def test_equal_requests_have_one_name_and_others_another(client: httpx.AsyncClient) -> None:
    asked: list[dict[str, Any]] = [
        {},
        {"noise_seed": 0},
        {"style_mix": [{"seed": 1, "first": 0, "last": 1}]},
        {"style_mix": [{"seed": 1, "first": 0, "last": 2}]},
        {"style_mix": [{"seed": 1, "first": 0, "last": 1}], "noise_seed": 0},
    ]
    names = [(await ask(client, GENERATE, model=STYLED, seed=3, **each)).headers["etag"] for each in asked]
    assert len(set(names)) == len(names)
    again = await ask(client, GENERATE, model=STYLED, seed=3, **asked[2], headers={"if-none-match": names[2]})
    assert again.status_code == 304


async def test_a_walk_in_w_meets_its_ends_and_is_straight(client: httpx.AsyncClient) -> None:
    ends: list[dict[str, Any]] = [{"seed": 7}, {"seed": 8, "row": 1}]
    base: dict[str, Any] = {"model": STYLED, "endpoints": ends, "frames": 5, "truncation": 0.7}
    walk = await floats(client, INTERPOLATE, **base, space="w")
    curved = await floats(client, INTERPOLATE, **base)
    assert np.array_equal(walk[[0, 4]], curved[[0, 4]])
    assert not np.array_equal(walk[2], curved[2])
    assert (await facts(client, INTERPOLATE, **base, space="w"))["stops"] == [0, 4]


async def test_a_style_that_is_sent_can_be_drawn_and_walked_to(client: httpx.AsyncClient) -> None:
    w = [0.5, -1.0, 0.25, 2.0, 0.0]
    drawn = await floats(client, DECODE, model=STYLED, space="w", latents=[w, [0.0] * 5])
    walk = await floats(client, INTERPOLATE, model=STYLED, space="w", endpoints=[{"latent": w}, {"seed": 1}], frames=3)
    assert np.array_equal(walk[0], drawn[0])
    mean = await floats(client, DECODE, model=STYLED, space="w", latents=[w], truncation=0)
    assert np.array_equal(mean, await floats(client, GENERATE, model=STYLED, seed=0, truncation=0))


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    (
        GENERATE,
        {"style_mix": [{"seed": 1, "first": 2, "last": 10}]},
        "latent-invalid",
        "style_mix 0 is of layers 2 to 10; the model has layers 0 to 9",
    ),
    (GENERATE, {"style_mix": [{"seed": 1, "first": 3, "last": 2}]}, "latent-invalid", "layers 3 to 2"),
    (GENERATE, {"style_mix": [{"seed": 1, "first": -1, "last": 2}]}, "input-invalid", "style_mix.0.first"),
    (GENERATE, {"noise_seed": -1}, "input-invalid", "noise_seed"),
    (DECODE, {"space": "w", "latents": [[0.0] * 6]}, "latent-invalid", "latent has 6 numbers; the model takes 5: w0"),
    (
        INTERPOLATE,
        {"space": "w", "endpoints": [{"seed": 1}, {"latent": [0.0]}], "frames": 3},
        "latent-invalid",
        "endpoint 1 has 1 numbers",
    ),
    (
        INTERPOLATE,
        {"space": "w", "endpoints": [{"seed": 1}, {"latent": [0.0] * 5, "row": 1}], "frames": 3},
        "latent-invalid",
        "endpoint 1 has a latent and a row",
    ),
]


@pytest.mark.parametrize(("path", "fields", "slug", "sentence"), REFUSED)
async def test_what_cannot_be_is_refused(
    client: httpx.AsyncClient, path: str, fields: dict[str, Any], slug: str, sentence: str
) -> None:
    refused(await ask(client, path, model=STYLED, **fields), slug, sentence)


async def test_a_sampler_without_styles_mixes_none(client: httpx.AsyncClient) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [
        (GENERATE, {"noise_seed": 1}),
        (GENERATE, {"style_mix": []}),
        (DECODE, {"space": "w", "latents": [[0.0]]}),
        (INTERPOLATE, {"space": "w", "endpoints": [{"seed": 1}, {"seed": 2}], "frames": 3}),
    ]
    for path, fields in asked:
        refused(await ask(client, path, model=MODEL, **fields), "capability-missing", f"{MODEL} is no style-sampler")

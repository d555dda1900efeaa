"""A grid in which one thing changes from column to column, and one from row to row."""

from typing import Any

import httpx
import numpy as np
import pytest

from tests.api.conftest import MODEL
from tests.api.generation.requests import pixels
from tests.api.steering import CGAN, INFOGAN, ask, facts, floats, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATH = "/v1/traverse"


async def test_a_code_takes_all_its_values_from_column_to_column(client: httpx.AsyncClient) -> None:
    asked: dict[str, Any] = {"model": CGAN, "seed": 7, "codes": {"slant": 0.5}}
    told = await facts(client, PATH, **asked, axes=[{"name": "label"}])
    assert told["axes"] == [{"name": "label", "values": list("0123456789")}]
    assert (told["columns"], told["count"]) == (10, 10)
    grid = await floats(client, PATH, **asked, axes=[{"name": "label"}])
    for label in (0, 9):
        one = await floats(client, "/v1/sample", model=CGAN, seed=7, codes={"slant": 0.5, "label": label})
        assert np.array_equal(grid[label], one[0])


async def test_two_axes_are_columns_and_rows(client: httpx.AsyncClient) -> None:
    axes = [{"name": "label", "values": [3, "5"]}, {"name": "slant", "low": -1, "high": 1, "steps": 3}]
    grid = await floats(client, PATH, model=CGAN, seed=7, axes=axes)
    assert len(grid) == 6
    one = await floats(client, "/v1/sample", model=CGAN, seed=7, codes={"label": 5, "slant": 0})
    assert np.array_equal(grid[3], one[0])
    sheet = await ask(client, PATH, model=CGAN, seed=7, axes=axes)
    assert pixels(sheet.content).shape == (3 * 30 - 2, 2 * 30 - 2)
    assert (await facts(client, PATH, model=CGAN, seed=7, axes=axes))["axes"][1]["values"] == [-1, 0, 1]


async def test_a_column_of_the_noise_is_an_axis_of_any_model(client: httpx.AsyncClient) -> None:
    told = await facts(client, PATH, model=MODEL, seed=7, axes=[{"name": "z3"}])
    values = told["axes"][0]["values"]
    assert (values[0], values[-1], len(values)) == (-2, 2, 8)
    grid = await floats(client, PATH, model=MODEL, seed=7, axes=[{"name": "z3", "values": [-1.5, 0]}])
    again = await floats(client, PATH, model=MODEL, seed=7, axes=[{"name": "z3", "low": -1.5, "high": 0, "steps": 2}])
    assert np.array_equal(grid, again)
    assert not np.array_equal(grid[0], grid[1])


async def test_a_number_goes_through_its_range(client: httpx.AsyncClient) -> None:
    told = await facts(client, PATH, model=INFOGAN, seed=7, axes=[{"name": "c2", "steps": 3}, {"name": "category"}])
    assert told["axes"][0] == {"name": "c2", "values": [-1, 0, 1]}
    assert (told["columns"], told["count"]) == (3, 30)


async def test_without_a_seed_one_is_drawn_and_told(client: httpx.AsyncClient) -> None:
    axes = [{"name": "z0", "steps": 2}]
    first = await ask(client, PATH, model=MODEL, axes=axes)
    assert "etag" not in first.headers
    again = await ask(client, PATH, model=MODEL, axes=axes, seed=int(first.headers["x-zerosum-seed"]))
    assert again.content == first.content
    assert again.headers["etag"]


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"axes": [{"name": "z9"}]}, "code-unknown", "no axis is named 'z9'; known: label, slant, z0 to z3"),
    ({"axes": [{"name": "beard"}]}, "code-unknown", "no axis is named 'beard'"),
    ({"axes": [{"name": "z1"}, {"name": "z1"}]}, "latent-invalid", "z1 is named twice"),
    ({"axes": [{"name": "label"}], "codes": {"label": 1}}, "latent-invalid", "label is named twice"),
    ({"axes": [{"name": "label", "values": [11]}]}, "code-invalid", "label is 11; it must be one of"),
    ({"axes": [{"name": "label", "steps": 3}]}, "latent-invalid", "axis label has no low, high and steps"),
    ({"axes": [{"name": "z1", "values": [0], "low": 1}]}, "latent-invalid", "axis z1 has values"),
    ({"axes": [{"name": "slant", "high": 3}]}, "code-invalid", "it must be a number in [-1, 1]"),
    ({"axes": [{"name": "z1", "values": ["far"]}]}, "latent-invalid", "z1 is 'far'; it must be a number in"),
    ({"axes": [{"name": "z1", "values": [10_001]}]}, "latent-invalid", "z1 is 10001; it must be a number in"),
    (
        {"axes": [{"name": "z1", "steps": 100}, {"name": "z2", "steps": 10**9}]},
        "too-many-images",
        "the size of the grid is 100000000000; one request may ask for at most 1000",
    ),
    ({"axes": []}, "input-invalid", "axes: List should have at least 1 item"),
    ({"axes": [{"name": f"z{i}"} for i in range(3)]}, "input-invalid", "axes: List should have at most 2 items"),
]


async def test_a_grid_that_cannot_be_is_refused(client: httpx.AsyncClient) -> None:
    for fields, slug, sentence in REFUSED:
        refused(await ask(client, PATH, **({"model": CGAN} | fields)), slug, sentence)

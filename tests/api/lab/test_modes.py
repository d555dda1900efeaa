"""What GET lists, and what POST streams."""

import math
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.lab.schemas import ModesAnswer, ModesEnd, ModesFrame
from models.lab.coverage import cover
from models.lab.methods import METHODS
from models.lab.mixtures import MIXTURES
from models.lab.run import Steps, run
from models.priors import MAX_SEED
from tests.api.lab.play import ORDER, events, play
from tests.api.problems import check_problem


async def test_methods_and_targets_are_listed_with_papers_and_bounds(client: httpx.AsyncClient) -> None:
    answer = ModesAnswer.model_validate_json((await client.get("/v1/lab/modes")).content)
    assert [each.id for each in answer.methods] == [method.id for method in METHODS]
    assert [each.id for each in answer.targets] == ["ring-8", "grid-25"]
    assert [len(each.modes) for each in answer.targets] == [8, 25]
    papers = [each.paper for each in answer.methods] + [each.paper for each in answer.targets]
    assert all(paper.startswith("arXiv:") for paper in papers)
    assert answer.bounds.model_dump() == {"steps": 5000, "every_min": 10, "every_max": 200, "points": 2500, "runs": 2}


async def test_a_run_is_frames_and_then_the_end(client: httpx.AsyncClient) -> None:
    response = await play(client, steps=50)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    *frames, (name, end) = events(response.text)
    assert [each[0] for each in frames] == ["frame"] * 4
    found = [ModesFrame.model_validate(data) for _, data in frames]
    assert [frame.step for frame in found] == [0, 20, 40, 50]
    assert found[0].losses is None
    assert all(frame.losses is not None and frame.losses.d > 0 for frame in found[1:])
    assert name == "end"
    assert ModesEnd.model_validate(end) == ModesEnd(step=50, seconds=found[-1].seconds, frames=4)


async def test_a_frame_is_what_the_library_computes(client: httpx.AsyncClient) -> None:
    streamed = ModesFrame.model_validate(events((await play(client, points=2500)).text)[-2][1])
    (*_, frame) = run(METHODS[0], MIXTURES[0], seed=7, pace=Steps(40, 40), surface=24)
    assert frame.surface is not None
    assert streamed.points == [tuple(point) for point in frame.points.double().numpy().round(3).tolist()]
    assert streamed.modes == cover(frame.points, MIXTURES[0]).modes
    assert streamed.reverse_kl == pytest.approx(frame.coverage.reverse_kl, abs=1e-4)
    cell = streamed.surface.mean + streamed.surface.span * streamed.surface.rows[3][20]
    assert cell == pytest.approx(frame.surface[3, 20].item(), abs=0.002 * streamed.surface.span)


async def test_a_frame_has_a_bounded_size(client: httpx.AsyncClient) -> None:
    (_, first), *_ = events((await play(client, target="grid-25", points=200, steps=10)).text)
    assert len(first["points"]) == 200
    assert [len(first["surface"]["rows"]), len(first["surface"]["rows"][0])] == [24, 24]
    assert max(abs(cell) for row in first["surface"]["rows"] for cell in row) == 1
    response = await play(client, points=2500, steps=10)
    assert len(response.content) < 3 * 80_000


async def test_the_same_order_plays_the_same_game(client: httpx.AsyncClient) -> None:
    one, same, other = [events((await play(client, seed=seed)).text)[-2][1] for seed in (1, 1, 2)]
    assert one["points"] == same["points"] != other["points"]


@pytest.mark.parametrize("method", [method.id for method in METHODS])
async def test_every_method_can_be_watched(client: httpx.AsyncClient, method: str) -> None:
    *_, (_, frame), (name, _) = events((await play(client, method=method, steps=2, every=10)).text)
    assert name == "end"
    assert frame["step"] == 2
    assert all(math.isfinite(loss) for loss in frame["losses"].values())


@pytest.mark.parametrize(
    ("fields", "slug", "detail"),
    [
        ({"method": "gann"}, "method-unknown", "no method is named 'gann'; there are gan, unrolled-5, unrolled-10"),
        ({"target": "ring"}, "target-unknown", "no target is named 'ring'; there are ring-8, grid-25"),
        ({"steps": 0}, "input-invalid", "steps: Input should be greater than or equal to 1, got 0"),
        ({"steps": 5001}, "input-invalid", "steps: Input should be less than or equal to 5000, got 5001"),
        ({"every": 9}, "input-invalid", "every: Input should be greater than or equal to 10, got 9"),
        ({"every": 201}, "input-invalid", "every: Input should be less than or equal to 200, got 201"),
        ({"points": 2501}, "input-invalid", "points: Input should be less than or equal to 2500, got 2501"),
        ({"seed": MAX_SEED + 1}, "input-invalid", f"seed: Input should be less than or equal to {MAX_SEED}"),
        ({"steps": 1.5}, "input-invalid", "steps: Input should be a valid integer, got 1.5"),
        ({"lr": 0.1}, "input-invalid", "lr: Extra inputs are not permitted"),
    ],
)
async def test_a_wrong_order_is_a_problem_that_names_it(
    app: FastAPI, client: httpx.AsyncClient, fields: dict[str, Any], slug: str, detail: str
) -> None:
    body = check_problem(await play(client, **fields), slug, 422)
    assert str(body["detail"]).startswith(detail)
    assert app.state.lab.playing == 0


async def test_a_server_that_shuts_down_plays_nothing_new(app: FastAPI, client: httpx.AsyncClient) -> None:
    await app.state.runtime.drain()
    check_problem(await client.post("/v1/lab/modes", json=ORDER), "shutting-down", 503)


def test_every_field_has_a_description_and_the_schema_an_example(app: FastAPI) -> None:
    schemas = app.openapi()["components"]["schemas"]
    assert schemas["ModesRequest"]["examples"]
    assert all(field["description"] and field["examples"] for field in schemas["ModesRequest"]["properties"].values())

"""So many runs at once; and a run ends when nobody watches it."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from app.answering import events
from app.main import create_app
from app.settings import Settings
from models.lab.game import Game
from models.lab.rules import Alternate, Losses
from tests.api.conftest import Serve
from tests.api.lab.play import Viewer, play
from tests.api.problems import check_problem

LONG = {"steps": 5000, "every": 10}


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one element a step that is really played."""
    played: list[int] = []
    step = Alternate.step

    def counted(rule: Alternate, game: Game) -> Losses:
        played.append(1)
        return step(rule, game)

    monkeypatch.setattr(Alternate, "step", counted)
    return played


async def test_a_client_that_leaves_stops_the_run_within_a_frame(
    app: FastAPI, client: httpx.AsyncClient, steps: list[int]
) -> None:
    viewer = Viewer(app, **LONG)
    await viewer.frames(3)
    at_departure = len(steps)
    await viewer.hang_up()
    assert app.state.lab.playing == 0
    await asyncio.sleep(0.1)
    assert len(steps) - at_departure <= 2 * LONG["every"], "what is left of this frame, and a start of the next"


async def test_a_client_that_reads_no_further_makes_no_frames(
    app: FastAPI, client: httpx.AsyncClient, steps: list[int]
) -> None:
    viewer = Viewer(app, **LONG)
    viewer.reads.clear()
    await asyncio.sleep(0.3)  # hundreds of steps, where nothing holds them back
    assert len(steps) <= 2 * LONG["every"]
    await viewer.hang_up()


async def test_a_client_that_reads_nothing_for_too_long_loses_its_place(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "PATIENCE", 0.05)
    viewer = Viewer(app, **LONG)
    viewer.reads.clear()
    await asyncio.wait_for(viewer.request, 60)
    assert app.state.lab.playing == 0


async def test_more_runs_than_the_server_plays_are_refused_until_one_ends(settings: Settings, serve: Serve) -> None:
    app = create_app(settings.model_copy(update={"lab_runs": 1}))
    async with serve(app) as client:
        viewer = Viewer(app, **LONG)
        await viewer.frames(1)
        refused = await play(client)
        body = check_problem(refused, "lab-busy", 503)
        assert body["detail"] == "live runs at once are limited to 1; being played: 1"
        assert int(refused.headers["retry-after"]) >= 1
        await viewer.hang_up()
        assert (await play(client, steps=1)).status_code == 200


async def test_the_server_answers_others_while_a_run_is_played(app: FastAPI, client: httpx.AsyncClient) -> None:
    viewer = Viewer(app, method="unrolled-10", steps=5000, every=200)  # seconds a frame
    await viewer.frames(1)
    for _ in range(5):
        assert (await asyncio.wait_for(client.get("/health/live"), 5)).status_code == 200
    assert viewer.chunks.empty(), "the run is still at its second frame"
    await viewer.hang_up()

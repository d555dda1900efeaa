from pathlib import Path

import httpx

from app.main import create_app
from app.settings import Settings
from models.checkpoint import read_card
from tests.api.conftest import MODEL, Serve
from tests.api.steering import CGAN, CYCLEGAN, PIX2PIX, UNET


async def test_the_list_says_what_each_model_can_do_and_where_to_ask(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/models")
    assert answer.status_code == 200
    assert answer.json() == {
        "models": [
            {
                "id": MODEL,
                "title": "A tiny SN-GAN",
                "family": "sngan",
                "capabilities": ["sampler"],
                "input": None,
                "output": {"height": 28, "width": 28, "channels": 1},
                "links": {
                    "card": f"/v1/models/{MODEL}",
                    "samples": f"/v1/models/{MODEL}/samples.png",
                    "operations": {"sampler": "/v1/generate"},
                },
            }
        ],
        "failed": [],
    }


async def test_every_link_of_the_list_leads_somewhere(client: httpx.AsyncClient) -> None:
    (model,) = (await client.get("/v1/models")).json()["models"]
    for link in (model["links"]["card"], model["links"]["samples"]):
        assert (await client.get(link)).status_code == 200
    for operation in model["links"]["operations"].values():
        assert (await client.get(operation)).status_code == 405, "it is there, and takes POST"


async def test_the_card_is_answered_as_it_was_written(client: httpx.AsyncClient, weights: Path) -> None:
    answer = await client.get(f"/v1/models/{MODEL}")
    card = read_card(weights / MODEL)
    assert answer.json() == card.model_dump(mode="json") | {"codes": [], "directions": []}


async def test_the_codes_of_a_model_stand_beside_its_card(settings: Settings, steerable: Path, serve: Serve) -> None:
    async with serve(create_app(settings.model_copy(update={"weights": steerable}))) as client:
        told = (await client.get(f"/v1/models/{CGAN}")).json()
        (listed,) = [each for each in (await client.get("/v1/models")).json()["models"] if each["id"] == CGAN]
    assert told["codes"] == [
        {"name": "label", "values": list("0123456789"), "low": None, "high": None},
        {"name": "slant", "values": [], "low": -1.0, "high": 1.0},
    ]
    assert listed["links"]["operations"] == {"sampler": "/v1/generate", "conditional-sampler": "/v1/sample"}


async def test_the_directions_of_a_translator_stand_beside_its_card(
    settings: Settings, steerable: Path, serve: Serve
) -> None:
    async with serve(create_app(settings.model_copy(update={"weights": steerable}))) as client:
        told = [(await client.get(f"/v1/models/{id}")).json()["directions"] for id in (CYCLEGAN, PIX2PIX, UNET)]
    assert told == [["color-to-line", "line-to-color"], ["line-to-color"], []]


async def test_an_unknown_model_is_a_problem_that_names_it(client: httpx.AsyncClient) -> None:
    for path in ("/v1/models/gan", "/v1/models/gan/samples.png"):
        answer = await client.get(path)
        assert answer.status_code == 404
        assert answer.json()["type"] == "/docs/problems/model-unknown"
        assert "'gan'" in answer.json()["detail"]
        assert MODEL in answer.json()["detail"], "it says which there are"

"""The table of the arms race over HTTP."""

import json
import tomllib

import httpx

from app.lab.arms_race import FILE
from tests.unit.repository.tree import ROOT


async def test_the_table_is_the_committed_one(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/lab/arms-race")
    assert answer.status_code == 200
    assert answer.json() == json.loads(FILE.read_text())


async def test_every_race_goes_from_the_natural_classifier_to_the_last_round(client: httpx.AsyncClient) -> None:
    found = (await client.get("/v1/lab/arms-race")).json()
    races: dict[tuple[str, int, int], list[int]] = {}
    for each in found["rounds"]:
        races.setdefault((each["kind"], each["width"], each["eps"]), []).append(each["round"])
        assert 0 <= each["robust"] <= each["clean"] <= 1
        assert (each["replayed"] is None) == (each["round"] == 0)
    assert set(map(tuple, races.values())) == {tuple(range(found["terms"]["rounds"] + 1))}
    assert {kind for kind, _, _ in races} == {"adversarial", "patched", "denoiser"}


def test_an_installed_server_has_it() -> None:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    assert "lab/*.json" in data["app"]

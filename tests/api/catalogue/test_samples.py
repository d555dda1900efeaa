from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from models.checkpoint import SAMPLES
from tests.api.conftest import MODEL, PNG, Serve, write_checkpoint

PATH = f"/v1/models/{MODEL}/samples.png"


async def test_the_sheet_is_a_png_with_an_etag(client: httpx.AsyncClient, weights: Path) -> None:
    answer = await client.get(PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.content == (weights / MODEL / SAMPLES).read_bytes()
    assert answer.content.startswith(PNG)
    assert answer.headers["etag"].startswith('"')


@pytest.mark.parametrize("form", ["{etag}", '"other", {etag}', "W/{etag}", "*"])
async def test_a_sheet_that_the_client_has_is_not_sent_again(client: httpx.AsyncClient, form: str) -> None:
    etag = (await client.get(PATH)).headers["etag"]
    answer = await client.get(PATH, headers={"if-none-match": form.format(etag=etag)})
    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["etag"] == etag


async def test_another_etag_brings_the_sheet(client: httpx.AsyncClient) -> None:
    assert (await client.get(PATH, headers={"if-none-match": '"other"'})).status_code == 200


async def test_a_model_without_a_sheet_says_so(tmp_path: Path, serve: Serve) -> None:
    write_checkpoint(tmp_path, "bare-gan")
    async with serve(create_app(Settings(weights=tmp_path, device="cpu", workers=1))) as client:
        (model,) = (await client.get("/v1/models")).json()["models"]
        assert model["links"]["samples"] is None
        answer = await client.get("/v1/models/bare-gan/samples.png")
        assert (answer.status_code, answer.json()["detail"]) == (404, "bare-gan has no samples.png")


@pytest.mark.parametrize(
    "id", ["..", "%2e%2e", "..%2f..%2fetc", "%2fetc", "sngan-mnist%00", "sngan-mnist%2f..%2fsngan-mnist", "."]
)
async def test_no_path_leads_out_of_the_weights(client: httpx.AsyncClient, weights: Path, id: str) -> None:
    (weights.parent / SAMPLES).write_bytes(b"secret")
    answer = await client.get(f"/v1/models/{id}/samples.png")
    assert answer.status_code == 404
    assert b"secret" not in answer.content


async def test_the_sheet_is_read_once(tmp_path: Path, serve: Serve) -> None:
    sheet = write_checkpoint(tmp_path, "gan") / SAMPLES
    sheet.write_bytes(PNG)
    async with serve(create_app(Settings(weights=tmp_path, device="cpu", workers=1))) as client:
        assert (await client.get("/v1/models/gan/samples.png")).content == PNG
        sheet.unlink()
        assert (await client.get("/v1/models/gan/samples.png")).content == PNG

"""One broken checkpoint never keeps the others from being served."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.main import create_app
from app.settings import Settings
from models.checkpoint import CARD, WEIGHTS
from tests.api.conftest import MODEL, Serve, write_checkpoint


def no_card(folder: Path) -> None:
    (folder / CARD).unlink()


def no_weights(folder: Path) -> None:
    (folder / WEIGHTS).unlink()


def truncated(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:-1])


def one_bit_flipped(folder: Path) -> None:
    data = bytearray((folder / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (folder / WEIGHTS).write_bytes(data)


def rewrite(folder: Path, **changed: object) -> None:
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(card | changed))


def unknown_family(folder: Path) -> None:
    rewrite(folder, family="biggan")


def other_config(folder: Path) -> None:
    rewrite(folder, config={"latent_dim": 8, "width": 5, "channels": 1})


def unknown_field(folder: Path) -> None:
    rewrite(folder, mood="hopeful")


def half_a_card(folder: Path) -> None:
    (folder / CARD).write_text((folder / CARD).read_text()[:100])


BREAKS: dict[Callable[[Path], None], str] = {
    no_card: "there is no card.json",
    no_weights: "there is no model.safetensors",
    truncated: "bytes, its card says",
    one_bit_flipped: "has sha256",
    unknown_family: "no model family is named 'biggan'",
    other_config: "the weights do not fit family 'sngan'",
    unknown_field: "card.json: mood: Extra inputs are not permitted",
    half_a_card: "card.json: the file: Invalid JSON",
}


@pytest.mark.parametrize("damage", BREAKS, ids=lambda damage: damage.__name__)
async def test_a_broken_checkpoint_is_listed_with_its_reason(
    tmp_path: Path, serve: Serve, damage: Callable[[Path], None]
) -> None:
    write_checkpoint(tmp_path, MODEL)
    damage(write_checkpoint(tmp_path, "broken-gan"))
    async with serve(create_app(Settings(weights=tmp_path, device="cpu", workers=1))) as client:
        listed = (await client.get("/v1/models")).json()
        assert [model["id"] for model in listed["models"]] == [MODEL]
        ((failed),) = listed["failed"]
        assert failed["id"] == "broken-gan"
        assert BREAKS[damage] in failed["reason"]
        assert str(tmp_path) not in failed["reason"], "a client learns nothing of the server's folders"
        for path in ("/v1/models/broken-gan", "/v1/models/broken-gan/samples.png"):
            answer = await client.get(path)
            assert answer.status_code == 503
            assert answer.json()["type"] == "/docs/problems/model-failed"
            assert BREAKS[damage] in answer.json()["detail"]
        assert (await client.get("/health/ready")).json() == {"status": "ready", "models": 1, "failed": 1}


async def test_a_server_without_any_checkpoint_still_answers(tmp_path: Path, serve: Serve) -> None:
    async with serve(create_app(Settings(weights=tmp_path, device="cpu", workers=1))) as client:
        assert (await client.get("/v1/models")).json() == {"models": [], "failed": []}
        assert (await client.get("/health/ready")).json()["models"] == 0

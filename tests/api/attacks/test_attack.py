"""Attacks over HTTP: what comes back is judged on the bytes that come back."""

import asyncio
import base64
import io
import zipfile
from typing import Any

import httpx
import numpy as np
import pytest
import torch
from fastapi import FastAPI
from numpy.typing import NDArray
from PIL import Image

from app.engine.answers import Answers
from models.attacks.registry import ATTACKS
from models.attacks.rows import TIE
from models.capabilities import Classifier
from tests.api.steering import CNN, DENOISER, LITE, READER, digit, refused, saved, show

pytestmark = pytest.mark.asyncio(loop_scope="module")
ATTACK = "/v1/attack"


def pixels(png: str) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))))


async def told(client: httpx.AsyncClient, *files: bytes, **fields: str) -> dict[str, Any]:
    answer = await show(client, ATTACK, *files, **({"model": CNN, "seed": "7", "eps": "60", "steps": "5"} | fields))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize("attack", [each.name for each in ATTACKS])
async def test_success_and_distance_are_those_of_the_png(app: FastAPI, client: httpx.AsyncClient, attack: str) -> None:
    eps = {"square": "90", "hopskipjump": ""}.get(attack, "2000" if attack in ("fgm", "cw", "ddn") else "60")
    body = await told(
        client, digit(1), digit(2), attack=attack, eps=eps, steps="20" if attack in ("cw", "ddn") else "60"
    )
    network = app.state.runtime.get(CNN, Classifier)
    for row, result in enumerate(body["results"]):
        x, _, z = (pixels(png) for png in body["images"][3 * row : 3 * row + 3])
        assert np.array_equal(x, pixels(base64.b64encode(digit(1 + row)).decode()))
        delta = z.astype(int) - x
        assert result["linf"] == np.abs(delta).max()
        assert result["l2"] == pytest.approx(np.linalg.norm(delta) / 255, rel=1e-4)
        assert result["l0"] == (delta != 0).sum()
        logits = network.classify(torch.from_numpy(z.copy())[None, None] / 255)[0]
        y = int(result["label"].removeprefix("class "))
        margin = logits[torch.arange(len(logits)) != y].max() - logits[y]
        length = result["linf"] if body["norm"] == "linf" else np.linalg.norm(delta)
        inside = result["eps"] is None or length <= result["eps"]  # the nearest that was found may lie outside
        assert result["success"] == (margin > TIE and inside) or abs(margin - TIE) < TIE / 2
        if abs(margin) > TIE:
            assert (result["after"][0]["label"] != result["label"]) == (margin > 0)
        if body["norm"] == "linf" and result["success"]:
            assert result["linf"] <= 60 or attack == "square"
        assert result["before"][0]["label"] == result["label"], "the label was predicted"


async def test_one_image_at_several_eps_towards_a_target(client: httpx.AsyncClient) -> None:
    said = (await told(client, digit(1)))["results"][0]["label"]
    target = next(f"class {i}" for i in range(10) if f"class {i}" != said)
    body = await told(client, digit(1), eps="1, 8.9,200", target=target, steps="20")
    assert [each["eps"] for each in body["results"]] == [1, 8, 200]
    assert {each["target"] for each in body["results"]} == {target}
    for each in body["results"]:  # whether an untrained network can be taken there, nobody knows
        first, second = each["after"][:2]
        if first["probability"] > second["probability"] * (1 + 2 * TIE):
            assert each["success"] == (first["label"] == target)
    assert body["results"][0]["linf"] <= 1
    assert (body["columns"], len(body["images"])) == (3, 9)


async def test_every_step_goes_on_after_success(client: httpx.AsyncClient) -> None:
    first, all_of_them = [
        await told(client, digit(1), eps="90", steps="9", every_step=each) for each in ("false", "true")
    ]
    assert all_of_them["results"][0]["backwards"] == 10 >= first["results"][0]["backwards"]
    p, q = (each["results"][0]["before"][0]["probability"] for each in (first, all_of_them))
    assert p == q


async def test_a_label_that_the_classifier_does_not_give_is_not_attacked(client: httpx.AsyncClient) -> None:
    said = (await told(client, digit(1)))["results"][0]["label"]
    other = next(i for i in range(10) if f"class {i}" != said)
    result = (await told(client, digit(1), label=str(other)))["results"][0]
    assert (result["wrong_before"], result["success"], result["linf"], result["label"]) == (
        True,
        False,
        0,
        f"class {other}",
    )


async def test_equal_requests_get_equal_bytes_in_every_form(app: FastAPI, client: httpx.AsyncClient) -> None:
    fields = {"model": CNN, "seed": "3", "eps": "30", "steps": "4", "attack": "apgd"}
    for accept in ("image/png", "application/zip", "application/json", "application/x-npy"):
        first = await show(client, ATTACK, digit(1), digit(2), accept=accept, **fields)
        app.state.runtime.answers = Answers(2**20)
        again = await show(client, ATTACK, digit(1), digit(2), accept=accept, **fields)
        assert first.status_code == 200, first.text
        assert first.content == again.content
        assert first.headers["etag"] == again.headers["etag"]
        assert first.headers["x-zerosum-attack"] == "apgd"
        if accept == "image/png":
            assert Image.open(io.BytesIO(first.content)).size == (3 * 28 + 4, 2 * 28 + 2)
        if accept == "application/zip":
            assert len(zipfile.ZipFile(io.BytesIO(first.content)).namelist()) == 7
        if accept == "application/x-npy":
            assert np.load(io.BytesIO(first.content)).shape == (6, 1, 28, 28)


async def test_an_image_is_attacked_the_same_alone_and_among_others(client: httpx.AsyncClient) -> None:
    together = await told(client, digit(1), digit(2))
    alone = await told(client, digit(1))
    assert alone["images"] == together["images"][:3]
    assert alone["results"][0]["success"] == together["results"][0]["success"]


@pytest.mark.parametrize("defence", ["jpeg", "bit-depth", "noise"])
async def test_an_attack_goes_through_a_defence_or_is_judged_behind_it(client: httpx.AsyncClient, defence: str) -> None:
    adaptive = await told(client, digit(1), defence=defence)
    grey = await told(client, digit(1), defence=defence, adaptive="false")
    assert (adaptive["defence"], adaptive["adaptive"], grey["adaptive"]) == (defence, True, False)
    assert grey["results"][0]["queries"] > 2
    assert adaptive["results"][0]["before"] == grey["results"][0]["before"]


@pytest.mark.parametrize("attack", ["pgd", "pgd-margin", "apgd"])
async def test_an_image_that_holds_is_tried_from_other_starts(client: httpx.AsyncClient, attack: str) -> None:
    fields = {"attack": attack, "eps": "1", "steps": "4"}
    once, thrice = [await told(client, digit(1), **fields, restarts=n) for n in ("1", "3")]
    assert (once["restarts"], thrice["restarts"]) == (1, 3)
    found = [body["results"][0] for body in (once, thrice)]
    assert not any(each["success"] for each in found), "a step of 1/255 is too small for that"
    assert found[1]["backwards"] >= 2.5 * found[0]["backwards"]


async def test_a_photograph_is_cut_and_attacked(client: httpx.AsyncClient) -> None:
    photograph = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8))
    body = await told(client, saved(photograph), model=LITE, steps="3", eps="8")
    assert pixels(body["images"][2]).shape == (64, 64, 3)
    assert body["results"][0]["linf"] <= 8


async def test_one_pixel_is_made_to_fit(client: httpx.AsyncClient) -> None:
    assert (await told(client, digit(0, size=(1, 1))))["results"][0]["linf"] <= 60


BAD = [
    ({"eps": "0"}, "attack-invalid", "eps is 0 steps of 1/255; in linf it must lie in 1..255"),
    ({"eps": "255.5"}, "attack-invalid", "eps is 255.5"),
    ({"eps": "256"}, "attack-invalid", "in linf it must lie in 1..255"),
    ({"eps": "9999", "norm": "l2"}, "attack-invalid", "in l2 it must lie in 1..7140"),
    ({"eps": "nan"}, "attack-invalid", "eps is nan"),
    ({"eps": "8/255"}, "attack-invalid", "eps is '8/255'; it is a number of steps of 1/255, such as 8 for 8/255"),
    ({"eps": ""}, "attack-invalid", "eps is missing"),
    ({"eps": "1,2,3,4,5,6,7,8,9"}, "attack-invalid", "eps has 9 values; a request may ask for at most 8"),
    ({"steps": "5000"}, "attack-invalid", "steps is 5000; a request may ask for 1 to 1000"),
    ({"label": "class 3", "target": "3"}, "attack-invalid", "which is the label already"),
    ({"label": "cat"}, "attack-invalid", "label is 'cat', which is no class of cnn-mnist; its 10: class 0"),
    ({"target": "10"}, "attack-invalid", "target is '10', which is no class of cnn-mnist"),
    ({"attack": "magic"}, "attack-invalid", "no attack is named 'magic'; known: fgsm"),
    ({"attack": "square", "norm": "l2"}, "attack-invalid", "square has no norm 'l2'; it has linf"),
    ({"attack": "deepfool", "target": "3"}, "attack-invalid", "deepfool takes no target"),
    (
        {"attack": "cw", "restarts": "2"},
        "attack-invalid",
        "restarts is 2, and cw has one start; attacks with",
    ),
    ({"restarts": "11"}, "input-invalid", "restarts"),
    ({"defence": "wall"}, "defence-invalid", "no defence is named 'wall'"),
    ({"defence": "jpeg", "defence_value": "0"}, "defence-invalid", "quality is 0; it must lie in [1, 100]"),
    ({"model": READER}, "capability-missing", "is no classifier"),
]


@pytest.mark.parametrize(("fields", "slug", "sentence"), BAD, ids=[str(fields) for fields, _, _ in BAD])
async def test_what_cannot_be_done_is_said_in_a_sentence(
    client: httpx.AsyncClient, fields: dict[str, str], slug: str, sentence: str
) -> None:
    answer = await show(client, ATTACK, digit(), **({"model": CNN, "eps": "8", "steps": "3"} | fields))
    refused(answer, slug, sentence)


async def test_a_target_that_is_what_the_classifier_sees_is_told(client: httpx.AsyncClient) -> None:
    said = (await told(client, digit(1)))["results"][0]["label"]
    answer = await show(client, ATTACK, digit(1), model=CNN, eps="8", target=said)
    refused(answer, "attack-invalid", "is its label already")


async def test_what_is_no_image_is_told(client: httpx.AsyncClient) -> None:
    refused(await show(client, ATTACK, b"GIF89a", model=CNN, eps="8"), "image-unreadable", "the image is no")


async def test_others_are_served_between_two_slices(client: httpx.AsyncClient) -> None:
    long = asyncio.create_task(told(client, digit(1), attack="square", eps="1", steps="150", seed="9"))
    await asyncio.sleep(0.05)
    quick = await asyncio.wait_for(show(client, "/v1/classify", digit(2), model=CNN), timeout=20)
    assert quick.status_code == 200
    assert not long.done(), "the attack is still at it"
    assert (await long)["results"][0]["queries"] > 150


async def test_lists_tell_what_can_be_asked_for(client: httpx.AsyncClient) -> None:
    attacks, defences = [(await client.get(f"/v1/{name}")).json() for name in ("attacks", "defences")]
    assert [each["name"] for each in attacks["attacks"]] == [each.name for each in ATTACKS]
    assert attacks["bounds"] == {"steps": 1000, "restarts": 10, "eps_values": 8}
    assert {each["name"] for each in attacks["attacks"] if each["restarts"]} == {"pgd", "pgd-margin", "apgd"}
    assert {each["name"]: each["random"] for each in defences["defences"]} == {
        "jpeg": False,
        "bit-depth": False,
        "noise": True,
        DENOISER: False,
    }


async def test_a_defence_shows_what_it_makes_of_images(client: httpx.AsyncClient) -> None:
    answer = await show(client, "/v1/defend", digit(1), digit(2), model=CNN, defence="bit-depth", value="1", seed="1")
    body = answer.json()
    assert (body["defence"], body["value"], body["columns"], len(body["images"])) == ("bit-depth", 1, 3, 6)
    assert set(np.unique(pixels(body["images"][2]))) == {0, 255}
    for result in body["results"]:
        assert result["changed"] == (result["before"][0]["label"] != result["after"][0]["label"])
        assert 100 < result["linf"] <= 128
    refused(await show(client, "/v1/defend", digit(1), model=CNN, defence="x"), "defence-invalid", "known: jpeg")


@pytest.mark.parametrize(("defence", "answers"), [("jpeg", 1), (DENOISER, 1), ("noise", 2)])
async def test_a_defence_without_a_seed_draws_one_only_where_it_is_random(
    client: httpx.AsyncClient, defence: str, answers: int
) -> None:
    asked = [await show(client, "/v1/defend", digit(1), model=CNN, defence=defence) for _ in range(2)]
    assert len({each.headers["etag"] for each in asked}) == len({each.json()["seed"] for each in asked}) == answers
    again = await show(client, "/v1/defend", digit(1), model=CNN, defence=defence, seed=str(asked[0].json()["seed"]))
    assert again.headers["etag"] == asked[0].headers["etag"]

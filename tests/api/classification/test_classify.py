"""What images show: names, probabilities, and what becomes of images of every size and kind."""

import asyncio
import struct

import httpx
import numpy as np
import pytest
import torch
from fastapi import FastAPI
from PIL import Image

from app.classification.service import predictions
from app.engine.answers import Answers
from models.capabilities import Classifier
from models.errors import CardInvalid
from tests.api.conftest import MODEL
from tests.api.generation.requests import busy, queued
from tests.api.steering import CLASSIFIERS, CNN, LITE, READER, digit, refused, saved, show
from training.data.images import squared, stacked

pytestmark = pytest.mark.asyncio(loop_scope="module")
CLASSIFY = "/v1/classify"


def photograph(size: tuple[int, int] = (90, 60)) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (*size[::-1], 3), np.uint8))


@pytest.mark.parametrize("model", CLASSIFIERS)
async def test_the_likeliest_classes_come_first_and_all_sum_to_one(client: httpx.AsyncClient, model: str) -> None:
    told = (await show(client, CLASSIFY, saved(photograph()), digit(), model=model, top="1000")).json()
    classes = CLASSIFIERS[model][1].classes
    assert (told["model"], told["count"], told["top"]) == (model, 2, classes)
    for found in told["predictions"]:
        probabilities = [each["probability"] for each in found]
        assert probabilities == sorted(probabilities, reverse=True)
        assert sum(probabilities) == pytest.approx(1)
        assert [each["label"] for each in found] == [f"class {each['index']}" for each in found]


async def test_the_answer_is_the_network_s_own(app: FastAPI, client: httpx.AsyncClient) -> None:
    told = (await show(client, CLASSIFY, digit(), model=CNN, top="3")).json()
    (found,) = told["predictions"]
    levels = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    network = app.state.runtime.get(CNN, Classifier)
    p = network.classify(torch.from_numpy(levels)[None, None] / 255).softmax(dim=1)[0]
    assert [each["index"] for each in found] == p.topk(3).indices.tolist()
    assert [each["probability"] for each in found] == pytest.approx(p.topk(3).values.tolist())


async def test_a_photograph_is_cut_as_it_is_where_models_are_measured(app: FastAPI, client: httpx.AsyncClient) -> None:
    told = (await show(client, CLASSIFY, saved(photograph()), model=LITE, top="7")).json()
    x = torch.from_numpy(stacked([squared(photograph(), 64)])) / 255
    p = app.state.runtime.get(LITE, Classifier).classify(x).softmax(dim=1)[0]
    found = {each["index"]: each["probability"] for each in told["predictions"][0]}
    assert found == pytest.approx(dict(enumerate(p.tolist())))


async def test_what_lies_beside_the_central_square_counts_nothing(client: httpx.AsyncClient) -> None:
    middle = photograph((60, 60))
    wide = Image.new("RGB", (90, 60), "red")
    wide.paste(middle, (15, 0))
    answers = [(await show(client, CLASSIFY, saved(each), model=LITE)).json() for each in (middle, wide)]
    assert answers[0]["predictions"] == answers[1]["predictions"]


async def test_files_of_every_kind_are_taken_as_elsewhere(client: httpx.AsyncClient) -> None:
    orientation = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) + bytes(4)
    sideways = saved(photograph(), "JPEG", exif=orientation)
    sixteen = Image.fromarray(np.random.default_rng(1).integers(0, 65536, (30, 40), np.uint16))
    cmyk, palette = photograph().convert("CMYK"), photograph().quantize(16)
    files = (sideways, saved(sixteen), saved(cmyk, "JPEG"), saved(palette), saved(photograph((1, 1))), digit())
    told = (await show(client, CLASSIFY, *files, model=LITE)).json()
    assert len(told["predictions"]) == len(files)


async def test_what_would_take_a_guess_is_refused(client: httpx.AsyncClient) -> None:
    frames = saved(photograph(), "GIF", save_all=True, append_images=[Image.new("RGB", (90, 60))])
    refused(await show(client, CLASSIFY, frames, model=LITE), "image-unreadable", "animated")
    clear = saved(Image.new("RGBA", (9, 9)))
    refused(await show(client, CLASSIFY, clear, model=LITE), "image-unreadable", "transparent in places")
    refused(await show(client, CLASSIFY, b"text", model=LITE), "image-unreadable", "the image is no PNG")
    vast = saved(Image.new("1", (6000, 6000)))
    refused(await show(client, CLASSIFY, vast, model=LITE), "image-too-large", "this one has 6000x6000")


async def test_requests_that_cannot_be_are_refused(client: httpx.AsyncClient) -> None:
    for top in ("0", "1001", "many"):
        refused(await show(client, CLASSIFY, digit(), model=CNN, top=top), "input-invalid", "top")
    refused(await show(client, CLASSIFY, digit(), model=MODEL), "capability-missing", f"{MODEL} is no classifier")
    sentence = "models that are a classifier: cnn-mnist, efficientnet-lite0"
    refused(await show(client, CLASSIFY, digit(), model=READER), "capability-missing", sentence)
    refused(await client.post(CLASSIFY, data={"model": CNN}), "input-invalid", "image: Field required")
    assert (await show(client, CLASSIFY, digit(), model="gan")).status_code == 404
    assert (await show(client, CLASSIFY, digit(), model=CNN, accept="image/png")).status_code == 406


async def test_an_answer_has_a_name_that_depends_on_the_number_of_classes(client: httpx.AsyncClient) -> None:
    first = await show(client, CLASSIFY, digit(), model=CNN)
    other = await show(client, CLASSIFY, digit(), model=CNN, top="2")
    assert first.headers["etag"] != other.headers["etag"]
    assert [len(each.json()["predictions"][0]) for each in (first, other)] == [5, 2]
    again = await client.post(
        CLASSIFY, data={"model": CNN}, files={"image": digit()}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304


async def test_an_image_is_named_alike_alone_and_in_company(app: FastAPI, client: httpx.AsyncClient) -> None:
    for model in (LITE, CNN):
        asked = [[digit(10 * n + i) for i in range(1 + n % 3)] for n in range(6)]
        alone = [await show(client, CLASSIFY, *each, model=model) for each in asked]
        app.state.runtime.answers = Answers(0)  # what was kept must be computed again
        async with busy(app):
            requests = [asyncio.create_task(show(client, CLASSIFY, *each, model=model)) for each in asked]
            await queued(app, len(asked))
        assert [(await each).content for each in requests] == [each.content for each in alone]


async def test_the_list_of_models_says_where_to_ask(client: httpx.AsyncClient) -> None:
    models = {each["id"]: each for each in (await client.get("/v1/models")).json()["models"]}
    assert models[LITE]["links"]["operations"] == {"classifier": "/v1/classify"}


async def test_equals_come_in_the_order_of_the_classes_and_missing_names_are_told() -> None:
    logits = torch.tensor([[0.0, 2.0, 2.0]])
    assert [each["label"] for each in predictions("abc", logits, top=3)[0]] == ["b", "c", "a"]
    with pytest.raises(CardInvalid, match="2 names for 3 classes"):
        predictions("ab", logits, top=1)

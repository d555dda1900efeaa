"""Images to try the endpoints with."""

import io
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import skimage
from PIL import Image

from app.examples import shelf
from app.examples.shelf import EXAMPLES
from training.recipes import RECIPES


async def test_every_example_is_listed_with_its_licence_and_is_there(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/v1/examples")).json()["examples"]
    assert [each["name"] for each in listed] == [example.name for example in EXAMPLES]
    for each in listed:
        assert each["licence"]
        assert each["source"]
        answer = await client.get(each["link"])
        assert answer.headers["content-type"] == "image/png"
        with Image.open(io.BytesIO(answer.content)) as image:
            assert image.size == (each["width"], each["height"])


async def test_an_example_that_the_client_has_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/v1/examples/cat.png")
    again = await client.get("/v1/examples/cat.png", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["dog.png", "..%2Fshelf.py", "%2e%2e%2fshelf.py"])
async def test_only_examples_are_served(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/v1/examples/{name}")
    assert answer.status_code == 404
    if name == "dog.png":
        assert answer.json()["type"] == "/docs/problems/example-unknown"
        assert "there are cat.png, coffee.png" in answer.json()["detail"]


def test_the_folder_holds_the_examples_and_nothing_else() -> None:
    assert {path.name for path in shelf.FOLDER.iterdir()} == {example.name for example in EXAMPLES}
    assert sum(path.stat().st_size for path in shelf.FOLDER.iterdir()) < 2**19


def test_the_cat_is_the_photograph_that_its_source_names() -> None:
    chelsea: Any = skimage.data.chelsea()  # type: ignore[no-untyped-call]
    with Image.open(shelf.FOLDER / "cat.png") as cat:
        assert np.array_equal(np.asarray(cat), chelsea)


@pytest.mark.slow
def test_the_digits_are_test_digits() -> None:
    """Needs mnist-10k."""
    from training.data import load

    test = load("mnist-10k", split="test")
    for example in EXAMPLES:
        if example.name.startswith("digit") and "px" not in example.name:
            row = test.keys.index(example.source.removeprefix(shelf.TEST))
            with Image.open(Path(shelf.FOLDER / example.name)) as digit:
                assert np.array_equal(np.asarray(digit), test.images[row, 0])


@pytest.mark.slow
def test_the_face_is_a_test_face() -> None:
    """Needs avatars-micah."""
    from training.data import load

    test = load("avatars-micah", split="test", size=64)
    row = test.keys.index(shelf.find("face.png").source.removeprefix(shelf.AVATAR))
    with Image.open(shelf.FOLDER / "face.png") as face:
        assert np.array_equal(np.asarray(face), test.images[row].transpose(1, 2, 0))


@pytest.mark.slow
def test_the_bare_face_is_a_test_face() -> None:
    """Needs avatars-micah:glasses."""
    from training.data import load

    test = load("avatars-micah:glasses", split="test", size=64)
    row = test.keys.index(shelf.find("face-bare.png").source.removeprefix(shelf.BARE))
    with Image.open(shelf.FOLDER / "face-bare.png") as face:
        assert np.array_equal(np.asarray(face), test.images[row].transpose(1, 2, 0))


async def test_an_example_says_which_models_it_is_for(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/v1/examples")).json()["examples"]
    meant = {model: each["name"] for each in listed for model in each["models"]}
    assert set(meant) <= {recipe.id for recipe in RECIPES}
    assert meant["pix2pix-openmoji"] == "emoji-cake-lines.png"
    assert meant["unet-openmoji-parts"] == "emoji-haircut.png"


@pytest.mark.parametrize(("small", "large"), [("digit-3-7px.png", "digit-3.png"), ("face-8px.png", "face.png")])
def test_the_small_ones_are_the_large_ones_made_small(small: str, large: str) -> None:
    with Image.open(shelf.FOLDER / small) as one, Image.open(shelf.FOLDER / large) as other:
        again = other.resize(one.size, Image.Resampling.BICUBIC)
        assert np.array_equal(np.asarray(one.convert(other.mode)), np.asarray(again))

"""Which checkpoint measures, and the sentence when there is none."""

import shutil
from pathlib import Path

import pytest

from models.errors import CheckpointError, WeightsCorrupt
from tests.unit.evaluation.worlds import World
from training.evaluation.errors import ExtractorMissing, ExtractorUnfit
from training.evaluation.evaluate import Settings, evaluate
from training.evaluation.extractor import find_extractor, open_extractor

SHAPE = (1, 28, 28)


def copied(world: World, folder: Path, *ids: str) -> Path:
    root = folder / "weights"
    root.mkdir()
    for id in ids:
        shutil.copytree(world.weights / id, root / id)
    return root


def test_another_data_set_of_such_images_uses_the_same_extractor(world: World) -> None:
    assert find_extractor(world.weights, shape=SHAPE, data="elsewhere").name == "stripes-cnn"


def test_no_extractor_of_that_shape_is_named_as_missing(world: World, tmp_path: Path) -> None:
    with pytest.raises(ExtractorMissing, match=r"no checkpoint under .* is a feature extractor .* of 3x32x32 images"):
        find_extractor(world.weights, shape=(3, 32, 32), data="x")
    root = copied(world, tmp_path, "stripes-gan")
    with pytest.raises(ExtractorMissing, match="of 1x28x28 images"):
        evaluate("stripes-gan", Settings(root, None, None, samples=(20,), seeds=(0,)))


def test_a_card_that_cannot_be_read_is_named_in_the_sentence(world: World, tmp_path: Path) -> None:
    root = copied(world, tmp_path, "stripes-cnn")
    (root / "stripes-cnn" / "card.json").write_text("{")
    with pytest.raises(ExtractorMissing, match=r"not readable: stripes-cnn: card\.json"):
        find_extractor(root, shape=SHAPE, data="x")


def test_of_several_the_one_that_learned_the_data_is_taken(world: World, tmp_path: Path) -> None:
    root = copied(world, tmp_path, "stripes-cnn")
    card = (world.weights / "stripes-cnn" / "card.json").read_text()
    (root / "other-cnn").mkdir()
    other = card.replace('"id": "stripes-cnn"', '"id": "other-cnn"')
    (root / "other-cnn" / "card.json").write_text(other.replace('"name": "npz:stripes.npz"', '"name": "other"'))
    assert find_extractor(root, shape=SHAPE, data="npz:stripes.npz").name == "stripes-cnn"
    assert find_extractor(root, shape=SHAPE, data="other").name == "other-cnn"
    with pytest.raises(ExtractorMissing, match="name one of other-cnn, stripes-cnn"):
        find_extractor(root, shape=SHAPE, data="third")


def test_what_is_no_extractor_is_refused(world: World) -> None:
    with pytest.raises(ExtractorUnfit, match=r"stripes-gan .* is no classifier and no feature-extractor"):
        open_extractor(world.weights / "stripes-gan")


def test_a_damaged_extractor_is_refused(world: World, tmp_path: Path) -> None:
    root = copied(world, tmp_path, "stripes-cnn", "stripes-gan")
    weights = root / "stripes-cnn" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(WeightsCorrupt, match="sha256"):
        evaluate("stripes-gan", Settings(root, None, None, samples=(20,), seeds=(0,)))


def test_a_weights_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="nowhere is no folder of checkpoints"):
        evaluate("stripes-gan", Settings(tmp_path / "nowhere", None, None, samples=(20,), seeds=(0,)))

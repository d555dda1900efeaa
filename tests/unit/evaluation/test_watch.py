"""Sample quality in the log of a run: against train, and only where something can judge it."""

from dataclasses import replace

import numpy as np
import pytest

from models.checkpoint import load
from tests.unit.evaluation.test_sampler import Repeater
from tests.unit.evaluation.worlds import World, generator
from training import adversarial
from training.data import load as load_data
from training.evaluation.watch import watch


def test_a_memory_of_the_training_images_is_near_them_and_noise_is_far(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZEROSUM_WEIGHTS", str(world.weights))
    look = watch(load_data(world.data, split="train", size=28), samples=200)
    (name, near), (_, far) = *look(Repeater()).items(), *look(generator()).items()
    assert name == "frechet-to-train@stripes-cnn"
    assert far > 10 * near > 0


def test_the_reference_is_train_whatever_test_holds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZEROSUM_WEIGHTS", str(world.weights))
    train = load_data(world.data, split="train", size=28)
    damaged = replace(train, images=np.ascontiguousarray(255 - train.images))
    network = Repeater()
    (value,), (other,) = (watch(data, samples=100)(network).values() for data in (train, damaged))
    assert other > 2 * value


def test_what_it_judges_is_the_network_as_shipped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZEROSUM_WEIGHTS", str(world.weights))
    look = watch(load_data(world.data, split="train", size=28), samples=50)
    assert look(generator()) == look(load(world.weights / "stripes-gan").network)


def test_without_an_extractor_nobody_watches(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("ZEROSUM_WEIGHTS", str(tmp_path_factory.mktemp("empty")))
    assert adversarial.watch(load_data(world.data, split="train", size=28), samples=50) is None
    monkeypatch.setenv("ZEROSUM_WEIGHTS", "nowhere")
    assert adversarial.watch(load_data(world.data, split="train", size=28), samples=50) is None

"""A weights folder and a data set in which everything of an evaluation is small but real."""

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from torch import nn

from models.card import Card
from models.checkpoint import write_card, write_weights
from models.families.digits_cnn import DigitsCNN, DigitsCNNConfig
from models.families.sngan import Generator, SNGANConfig
from tests.unit.models.cards import card_facts

SHAPE = {"height": 28, "width": 28, "channels": 1}
DIGITS = tuple("0123456789")
TRAIN, TEST = 300, 120


@dataclass(frozen=True)
class World:
    """Where things are."""

    weights: Path
    npz: Path

    @property
    def data(self) -> str:
        """The name of the data set."""
        return f"npz:{self.npz}"


def stripes(n: int, *, seed: int) -> tuple[Any, Any]:
    """Noise with a bright stripe in every tenth row; the label is where the first one lies."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 10
    images = rng.integers(0, 100, (n, 1, 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[0, label::10] = rng.integers(150, 255)
    return images, labels


@cache
def trained_classifier() -> DigitsCNN:
    """Forty steps: enough to read stripes. One for all; nobody changes it."""
    torch.manual_seed(0)
    network = DigitsCNN(DigitsCNNConfig(width=4, features=8))
    images, labels = (torch.from_numpy(array) for array in stripes(TRAIN, seed=0))
    for step in range(40):
        rows = torch.arange(step * 50, step * 50 + 50) % TRAIN
        loss = functional.cross_entropy(network.classify(images[rows] / 255), labels[rows])
        gradients = torch.autograd.grad(loss, list(network.parameters()))
        for parameter, gradient in zip(network.parameters(), gradients, strict=True):
            parameter.data -= 0.1 * gradient  # an optimiser of torch would take a second to import
    return network.eval()


def save(root: Path, id: str, network: nn.Module, **changes: Any) -> None:
    """A checkpoint with a card that fits it."""
    sha256, size = write_weights(root / id, network)
    write_card(root / id, Card.model_validate(card_facts(id) | changes | {"sha256": sha256, "size": size}))


def classifier_facts(data: str, config: DigitsCNNConfig) -> dict[str, Any]:
    """What a classifier's card says otherwise than a sampler's."""
    return {
        "family": "digits-cnn",
        "capabilities": ["classifier", "feature-extractor"],
        "config": asdict(config),
        "input": SHAPE,
        "output": None,
        "labels": DIGITS,
        "data": card_facts("x")["data"] | {"name": data},
    }


def generator() -> Generator:
    """An untrained sampler."""
    torch.manual_seed(1)
    return Generator(SNGANConfig(latent_dim=8, width=4)).eval()


def build(folder: Path) -> World:
    """A data set, an extractor that knows it, and a sampler that claims to have learned it."""
    world = World(folder / "weights", folder / "stripes.npz")
    (x_train, y_train), (x_test, y_test) = stripes(TRAIN, seed=0), stripes(TEST, seed=1)
    np.savez(world.npz, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    facts = classifier_facts(f"npz:{world.npz.name}", DigitsCNNConfig(width=4, features=8))
    save(world.weights, "stripes-cnn", trained_classifier(), **facts)
    data = card_facts("x")["data"] | {"name": f"npz:{world.npz.name}"}
    save(world.weights, "stripes-gan", generator(), data=data)
    return world

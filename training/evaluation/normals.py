"""Normal images for a calibration, of the size and the channels that a checkpoint takes."""

from dataclasses import replace

import numpy as np

from models.card import Card
from training.data import Dataset, load
from training.data.anomalies import NORMALS
from training.evaluation.errors import NothingToMeasure


def normals(name: str, card: Card) -> Dataset:
    """All images of a folder or another set of the user's own; of a set that has them, the held-out normals.

    Raises NothingToMeasure for images of other channels.
    """
    assert card.input is not None  # noqa: S101 - a model that takes images is refused without one
    test = load(name, split="test", size=card.input.height)
    if not name.startswith(NORMALS):
        train = load(name, split="train", size=card.input.height)
        both = np.concatenate([train.images, test.images])
        test = replace(test, images=both, keys=train.keys + test.keys, labels=None, masks=None, attributes={})
    if test.channels == card.input.channels:
        return test
    raise NothingToMeasure(f"{card.id} takes images of {card.input.channels} channels, {name} has {test.channels}")

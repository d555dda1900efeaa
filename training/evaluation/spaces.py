"""The space in which a translator's answers are compared with the truth: features of the classifier of the faces'
attributes where there is one, else the 1,000 logits of a classifier of photographs, which knows any picture a little.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as functional

from models.capabilities import Classifier
from models.checkpoint import load
from models.tensors import Features
from training.evaluation.draws import BATCH
from training.evaluation.extractor import Extractor
from training.metrics.ladder import Bytes

PHOTOGRAPHS = "efficientnet-lite0"


@dataclass(frozen=True)
class Space:
    """A name for a card, and the features of images of 8 bits."""

    name: str
    features: Callable[[Bytes], Features]


def space_of(extractor: Extractor | None, root: Path) -> Space | None:
    """The extractor's; without one, the classifier of photographs under `root`; None where that is not there either."""
    if extractor is not None:
        return Space(extractor.card.id, lambda images: extractor.view(images).features)
    if not (root / PHOTOGRAPHS).is_dir():
        return None
    found = load(root / PHOTOGRAPHS)
    network, spec = found.network, found.card.input
    assert isinstance(network, Classifier)  # noqa: S101 - its family is
    assert spec is not None  # noqa: S101 - a classifier takes images
    size = (spec.height, spec.width)
    return Space(f"{PHOTOGRAPHS}-logits", lambda images: logits(network, images, size))


@torch.inference_mode()
def logits(network: Classifier, images: Bytes, size: tuple[int, int]) -> Features:
    """Of images made as large as it takes them, bicubic; grey as RGB."""
    rows = []
    for part in images.split(BATCH):
        x = part.expand(-1, 3, -1, -1).float() / 255
        rows.append(network.classify(functional.interpolate(x, size, mode="bicubic", antialias=True).clamp(0, 1)))
    return torch.cat(rows)

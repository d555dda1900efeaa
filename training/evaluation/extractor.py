"""The checkpoint in whose features sets of images are compared."""

import os
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from models.capabilities import Classifier, CodeReader, FeatureExtractor
from models.card import Card, ImageSpec
from models.checkpoint import load, read_card, scan
from models.codes import Code
from models.errors import CheckpointError
from models.tensors import Features, Images, Logits
from training.evaluation.draws import BATCH
from training.evaluation.errors import ExtractorMissing, ExtractorUnfit
from training.metrics.ladder import Bytes

NAMING = {"classifier", "code-reader"}  # either says what an image shows
Shape = tuple[int, int, int]  # channels, height, width


def of(spec: ImageSpec) -> Shape:
    """The shape that a card states."""
    return spec.channels, spec.height, spec.width


def shape_of(images: Bytes) -> Shape:
    """The shape of one of the images."""
    channels, height, width = images.shape[1:]
    return channels, height, width


def words(shape: Shape) -> str:
    """1x28x28."""
    return "x".join(map(str, shape))


@dataclass(frozen=True)
class View:
    """A set of images as the extractor sees it: one head of logits for each of its codes."""

    images: Bytes
    features: Features
    heads: tuple[Tensor, ...]

    def __len__(self) -> int:
        return len(self.images)

    def rows(self, rows: torch.Tensor) -> "View":
        """Some of the images."""
        return View(self.images[rows], self.features[rows], tuple(head[rows] for head in self.heads))


@dataclass(frozen=True)
class Extractor:
    """A loaded extractor and its card: of one label, or of several attributes."""

    card: Card
    network: nn.Module
    takes: ImageSpec

    @property
    def codes(self) -> tuple[Code, ...]:
        """What it names: the classes of a classifier, the codes of a reader."""
        if isinstance(self.network, Classifier):
            return (Code("class", self.card.labels),)
        found: tuple[Code, ...] = self.network.codes  # type: ignore[assignment]
        return found

    @torch.inference_mode()
    def view(self, images: Bytes) -> View:
        """Features and logits of these images. Raises ExtractorUnfit when they are of another size."""
        takes, got = of(self.takes), shape_of(images)
        if got != takes:
            raise ExtractorUnfit(f"{self.card.id} takes {words(takes)} images, got {words(got)}")
        network = self.network
        assert isinstance(network, FeatureExtractor)  # noqa: S101 - `open_extractor` has checked the card against it
        batches = [part / 255 for part in images.split(BATCH)]
        features = torch.cat([network.features(x) for x in batches])
        logits = torch.cat([named(network, x) for x in batches])
        return View(images, features, logits.split([code.width for code in self.codes], dim=1))


def named(network: nn.Module, x: Images) -> Logits:
    """Unnormalised log-probabilities, the columns of all codes side by side."""
    if isinstance(network, Classifier):
        return network.classify(x)
    assert isinstance(network, CodeReader)  # noqa: S101 - `open_extractor` has checked the card against it
    return network.read(x).clamp_min(1e-30).log()


def weights_root() -> Path:
    """$ZEROSUM_WEIGHTS, else weights: the server's own rule."""
    return Path(os.environ.get("ZEROSUM_WEIGHTS") or "weights")


def open_extractor(folder: Path) -> Extractor:
    """Loads an extractor, digest checked. Raises CheckpointError, or ExtractorUnfit when it is none."""
    found = load(folder)
    lacking = [] if "feature-extractor" in found.card.capabilities else ["feature-extractor"]
    lacking += [] if NAMING & set(found.card.capabilities) else ["classifier"]
    if lacking or found.card.input is None:
        raise ExtractorUnfit(f"{found.card.id} cannot measure images: it is no {' and no '.join(sorted(lacking))}")
    return Extractor(found.card, found.network, found.card.input)


def measures(card: Card) -> bool:
    """Whether it gives features and says what an image shows."""
    return "feature-extractor" in card.capabilities and bool(NAMING & set(card.capabilities))


def find_extractor(root: Path, *, shape: Shape, data: str) -> Path:
    """The one extractor under `root` of images of this shape; where there are several, the one that learned `data`."""
    broken, fitting = [], []
    for folder in scan(root):
        try:
            card = read_card(folder)
        except CheckpointError as error:
            broken.append(str(error))
            continue
        if measures(card) and card.input is not None and of(card.input) == shape:
            fitting.append((folder, card.data.name))
    found = [folder for folder, name in fitting if name == data] or [folder for folder, _ in fitting]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(folder.name for folder in found)
        raise ExtractorMissing(f"several extractors take {words(shape)} images: name one of {names}")
    unread = f"; not readable: {'; '.join(broken)}" if broken else ""
    raise ExtractorMissing(
        f"no checkpoint under {root} is a feature extractor and classifier of {words(shape)} images{unread}"
    )

"""A classifier of ImageNet's classes, measured on the labelled photographs that foolbox ships for its own tests.

Twenty photographs are no benchmark: they show that a converted network is the network, and that what is done to a
picture on its way in is right. They are fetched, never shipped: their rights are their photographers'.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from torch import nn

from models.capabilities import Classifier
from models.card import Metric
from models.checkpoint import Checkpoint
from models.tensors import Images, Labels, Logits
from training.data.archive import members
from training.data.cache import data_root
from training.data.images import decoded, squared, stacked
from training.data.packages import Package
from training.evaluation.draws import one_thread
from training.evaluation.errors import NothingToMeasure
from training.evaluation.report import Report, Row, Section, heading
from training.evaluation.reprint import reprint
from training.metrics.accuracy import wilson
from training.metrics.estimate import Estimate

IMAGENET = "imagenet-1k"
PHOTOGRAPHS = "foolbox-photographs"
PACKAGE = Package(
    client="pip",
    name="foolbox",
    version="3.3.4",
    file="foolbox-3.3.4-py3-none-any.whl",
    sha256="11049d515d38e765e206a73ace9cc648b81a0d6d1da9ad9057e149ee117989cb",
)
NAME = re.compile(r"\d+_(\d+)\.jpg")  # number and class


@dataclass(frozen=True)
class Photographs:
    """Centre squares of one size, and the index of the class of each."""

    x: Images
    y: Labels


@cache
def photographs(root: Path, size: int) -> Photographs:
    """All twenty, from the package under `root`, which is fetched where it is not there."""
    found = sorted(members(PACKAGE.fetch(root), "foolbox/data/imagenet_", suffix=".jpg"))
    pictures = [squared(decoded(content, name).convert("RGB"), size) for name, content in found]
    labels = [int(match[1]) for name, _ in found if (match := NAME.fullmatch(name))]
    return Photographs(torch.from_numpy(stacked(pictures)) / 255, torch.tensor(labels))


@torch.inference_mode()
def ask(network: nn.Module, seen: Photographs) -> Logits:
    """One by one: a batch of them would need hundreds of megabytes."""
    if not isinstance(network, Classifier):
        raise NothingToMeasure(f"{type(network).__name__} names no classes")
    with one_thread():
        return torch.cat([network.classify(x) for x in seen.x.split(1)])


def measure_photographs(network: nn.Module, *, size: int, command: str) -> tuple[Metric, ...]:
    """The figures of a card: the network as shipped, on photographs as the server takes them."""
    seen = photographs(data_root(), size)
    return figures(ask(network, seen), seen.y, command=command)


def figures(logits: Logits, labels: Labels, *, command: str) -> tuple[Metric, ...]:
    """Accuracy of the likeliest name and of the five likeliest, and the mean probability of the true one."""
    truth = labels[:, None]
    values = {
        "photographs-accuracy": float((logits.topk(1).indices == truth).any(dim=1).double().mean()),
        "photographs-accuracy-top-5": float((logits.topk(5).indices == truth).any(dim=1).double().mean()),
        "photographs-probability-of-truth": float(logits.double().softmax(dim=1).gather(1, truth).mean()),
    }
    return tuple(
        Metric(name=name, value=value, n=len(labels), reference=PHOTOGRAPHS, command=command)
        for name, value in values.items()
    )


def report_photographs(checkpoint: Checkpoint, *, command: str) -> Report:
    """What it says of each photograph, and the figures beside the card."""
    card = checkpoint.card
    assert card.input is not None  # noqa: S101 - an imported classifier's card says what it takes
    seen = photographs(data_root(), card.input.height)
    logits = ask(checkpoint.network, seen)
    metrics = figures(logits, seen.y, command=command)
    right = int((logits.argmax(dim=1) == seen.y).sum())
    low, high = wilson(right, len(seen.y))
    facts = {
        **heading(card),
        "photographs": f"{len(seen.y)} of {PACKAGE.origin}; {right} named right, 95 % score interval "
        f"{low:.2f} to {high:.2f} (Wilson)",
    }
    probabilities = logits.softmax(dim=1)
    rows = tuple(line(card.labels, p, int(truth)) for p, truth in zip(probabilities, seen.y, strict=True))
    section = Section("photographs", rows, "of the true class and of the likeliest")
    return Report(card.id, facts, (section,), metrics, reprint(card, metrics, data=card.data.name))


def line(names: tuple[str, ...], p: torch.Tensor, truth: int) -> Row:
    """One photograph: the true name, and the likeliest where it is another."""
    best = int(p.argmax())
    title = names[truth] if best == truth else f"{names[truth]}, named {names[best]}"
    return Row(title, 1, {"p(true)": Estimate(float(p[truth])), "p(top)": Estimate(float(p[best]))})

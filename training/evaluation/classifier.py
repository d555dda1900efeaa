"""A classifier, measured on the test images."""

from dataclasses import dataclass

import torch
from torch import nn

from models.capabilities import Classifier
from models.card import Metric
from models.checkpoint import Checkpoint
from models.tensors import Labels, Logits
from training.data import load
from training.evaluation.benchmark import labelled
from training.evaluation.draws import BATCH, as_shipped, one_thread
from training.evaluation.errors import NothingToMeasure
from training.evaluation.report import Report, Row, Section, heading
from training.evaluation.reprint import reprint
from training.metrics.accuracy import BINS, calibration_error, confusion, wilson, worst_pair
from training.metrics.estimate import Estimate


@dataclass(frozen=True)
class Answers:
    """What a classifier said of each test image, and what is true."""

    data: str
    logits: Logits
    labels: Labels
    names: tuple[str, ...]

    @property
    def right(self) -> int:
        """How many are named correctly."""
        return int((self.logits.argmax(dim=1) == self.labels).sum())


def measure_classifier(network: nn.Module, *, data: str, command: str) -> tuple[Metric, ...]:
    """The figures of a card: the network as shipped on the test split of `data`. `command` prints them again."""
    with one_thread():
        return figures(ask(as_shipped(network), data=data, size=None), command=command)


@torch.inference_mode()
def ask(network: nn.Module, *, data: str, size: int | None) -> Answers:
    """Classifies the test split, at `size` pixels where the set comes at several."""
    if not isinstance(network, Classifier):
        raise NothingToMeasure(f"{type(network).__name__} names no classes")
    test = load(data, split="test", size=size)
    images, labels = labelled(test)
    logits = torch.cat([network.classify(part / 255) for part in images.split(BATCH)])
    if logits.shape[1] != len(test.label_names):
        raise NothingToMeasure(f"the classifier knows {logits.shape[1]} classes, {data} has {len(test.label_names)}")
    return Answers(test.name, logits, labels, test.label_names)


def figures(answers: Answers, *, command: str) -> tuple[Metric, ...]:
    """Accuracy, that of the worst class, and the calibration error."""
    n, table = len(answers.labels), confusion(answers.logits, answers.labels)
    values = {
        "accuracy": answers.right / n,
        "accuracy-worst-class": float((table.diagonal().double() / table.sum(dim=1)).min()),
        "calibration-error": calibration_error(answers.logits, answers.labels),
    }
    return tuple(
        Metric(name=name, value=value, n=n, reference="test", command=command) for name, value in values.items()
    )


def report_classifier(checkpoint: Checkpoint, *, data: str, command: str) -> Report:
    """Accuracy with its interval, class by class, the commonest mistake, calibration, beside the card."""
    card = checkpoint.card
    with one_thread():
        answers = ask(checkpoint.network, data=data, size=card.input.height if card.input else None)
    metrics = figures(answers, command=command)
    table = confusion(answers.logits, answers.labels)
    true, named, times = worst_pair(table)
    facts = {
        **heading(card),
        "test": f"test split of {answers.data}, {len(answers.labels)} images",
        "worst pair": f"{answers.names[true]} read as {answers.names[named]}: {times} of {int(table[true].sum())}",
        "calibration": f"expected calibration error {metrics[-1].value:.4f} ({BINS} bins)",
    }
    rows = [line("all classes", answers.right, len(answers.labels))]
    rows += [line(answers.names[i], int(table[i, i]), int(table[i].sum())) for i in range(len(table))]
    section = Section("accuracy", tuple(rows), "low and high: 95 % score interval (Wilson)")
    return Report(card.id, facts, (section,), metrics, reprint(card, metrics, data=answers.data))


def line(name: str, right: int, n: int) -> Row:
    """One class."""
    low, high = wilson(right, n)
    return Row(name, n, {"accuracy": Estimate(right / n), "low": Estimate(low), "high": Estimate(high)})

"""A classifier of several attributes, measured on the test images."""

from typing import cast

import torch
from torch import nn

from models.capabilities import CodeReader
from models.card import Metric
from models.checkpoint import Checkpoint
from models.codes import Code
from training.data import Dataset, load
from training.evaluation.draws import BATCH, as_shipped, one_thread
from training.evaluation.errors import NothingToMeasure
from training.evaluation.report import Report, Row, Section, heading
from training.evaluation.reprint import reprint
from training.metrics.accuracy import wilson
from training.metrics.estimate import Estimate


def measure_attributes(network: nn.Module, *, data: str, command: str) -> tuple[Metric, ...]:
    """The figures of a card: the accuracy of every attribute on the test split of `data`, and the lowest of them."""
    with one_thread():
        return figures(right(as_shipped(network), data), n=len(load(data, split="test")), command=command)


@torch.inference_mode()
def right(network: nn.Module, data: str) -> dict[str, int]:
    """How many test images are read correctly, by attribute."""
    if not isinstance(network, CodeReader):
        raise NothingToMeasure(f"{type(network).__name__} reads no attributes")
    codes = cast(tuple[Code, ...], network.codes)
    test = load(data, split="test")
    parts = torch.from_numpy(test.images).split(BATCH)
    told = torch.cat([network.read(part / 255) for part in parts]).split([code.width for code in codes], dim=1)
    return {
        code.name: int((head.argmax(dim=1) == truth(test, code)).sum()) for code, head in zip(codes, told, strict=True)
    }


def truth(test: Dataset, code: Code) -> torch.Tensor:
    """The true values of an attribute. Raises NothingToMeasure where the set does not have it, or not so."""
    if test.attribute_names.get(code.name) != code.values:
        raise NothingToMeasure(f"{test.name} has no attribute {code.name} of {', '.join(code.values)}")
    return torch.from_numpy(test.attributes[code.name])


def figures(found: dict[str, int], *, n: int, command: str) -> tuple[Metric, ...]:
    """As lines of a card."""
    values = {f"{name}-accuracy": count / n for name, count in found.items()}
    values["accuracy-worst-attribute"] = min(values.values())
    return tuple(
        Metric(name=name, value=value, n=n, reference="test", command=command) for name, value in values.items()
    )


def report_attributes(checkpoint: Checkpoint, *, data: str, command: str) -> Report:
    """Accuracy with its interval, attribute by attribute, beside the card."""
    card = checkpoint.card
    with one_thread():
        found, n = right(checkpoint.network, data), len(load(data, split="test"))
    metrics = figures(found, n=n, command=command)
    rows = tuple(line(name, count, n) for name, count in found.items())
    facts = {**heading(card), "test": f"test split of {data}, {n} images"}
    section = Section("accuracy", rows, "low and high: 95 % score interval (Wilson)")
    return Report(card.id, facts, (section,), metrics, reprint(card, metrics, data=data))


def line(name: str, count: int, n: int) -> Row:
    """One attribute."""
    low, high = wilson(count, n)
    return Row(name, n, {"accuracy": Estimate(count / n), "low": Estimate(low), "high": Estimate(high)})

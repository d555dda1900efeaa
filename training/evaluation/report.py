"""What an evaluation found: facts, tables and the figures for the card. Printable, and plain JSON."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch

from models.card import Card, Metric
from training.metrics.estimate import Estimate


@dataclass(frozen=True)
class Row:
    """One line: a set of n images, and a cell for every column."""

    name: str
    n: int
    cells: Mapping[str, Estimate]


@dataclass(frozen=True)
class Section:
    """A table. `note` says what its plus-minus means."""

    title: str
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True)
class Report:
    """Of one checkpoint. `metrics` are what its card should say; `reprint` is how that compares with what it says."""

    id: str
    facts: Mapping[str, str]
    sections: tuple[Section, ...]
    metrics: tuple[Metric, ...]
    reprint: tuple[str, ...]

    def json(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self) | {"metrics": [metric.model_dump() for metric in self.metrics]}


def title(metric: Metric) -> str:
    """The full name of a figure: frechet@digits-cnn-v1 (n=2000, ref=test)."""
    return f"{metric.name} (n={metric.n}, ref={metric.reference})"


def machine() -> str:
    """What decides the last digits."""
    return f"torch {torch.__version__}, {platform.machine()} {torch.backends.cpu.get_cpu_capability()}, one thread"


def heading(card: Card) -> dict[str, str]:
    """The facts that every report begins with."""
    return {"checkpoint": f"{card.id} ({card.title}), sha256 {card.sha256}", "machine": machine()}


def render(report: Report) -> str:
    """The report as text."""
    width = max(len(name) for name in report.facts)
    lines = [f"{name:<{width}}  {text}" for name, text in report.facts.items()]
    for section in report.sections:
        lines += ["", section.title, *table(section.rows), *([f"  {section.note}"] if section.note else [])]
    return "\n".join([*lines, "", *report.reprint])


def table(rows: Sequence[Row]) -> list[str]:
    """Lines of equal width: names to the left, figures to the right."""
    cells = [["", "n", *rows[0].cells], *([row.name, str(row.n), *map(number, row.cells.values())] for row in rows)]
    first, *rest = (max(map(len, column)) for column in zip(*cells, strict=True))
    return [
        "  ".join([f"  {name:<{first}}", *(f"{cell:>{width}}" for cell, width in zip(line, rest, strict=True))])
        for name, *line in cells
    ]


def number(estimate: Estimate) -> str:
    """Four decimals, two where the number is large; the error likewise."""
    decimals = 4 if abs(estimate.value) < 10 else 2
    error = "" if estimate.error is None else f" ±{estimate.error:.{decimals}f}"
    return f"{estimate.value:.{decimals}f}{error}"

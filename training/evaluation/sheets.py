"""docs/models.md, from the cards alone: every checkpoint with its sheet, its figures, its licence and its limits."""

import os
from pathlib import Path

from models.card import Card
from models.checkpoint import SAMPLES, read_card, scan
from training.evaluation.summary import line, table

HEADING = """# Models

Every checkpoint of `weights/`, from its card. This page is written by `zerosum models --write docs/models.md`; the
figures are reprinted by `zerosum eval --all`. What they mean: [metrics.md](metrics.md). P / R: precision and recall,
D / C: density and coverage; "= 2.6" is how many times the floor, the distance of real digits to real digits.
"""


def page(weights: Path, *, folder: Path) -> str:
    """The page, for a file in `folder`. Raises CheckpointError for a card that cannot be read."""
    cards = [read_card(path) for path in scan(weights)]
    parts = [HEADING, table([line(card, card.metrics) for card in cards])]
    parts += [section(card, Path(os.path.relpath(weights / card.id / SAMPLES, folder))) for card in cards]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def section(card: Card, sheet: Path) -> str:
    """One model."""
    papers = ", ".join(link(paper) for paper in card.papers)
    published = [f"Published: {fact.metric} {fact.value} ({fact.source})." for fact in card.published]
    facts = (
        f"{card.title}. {papers}. {card.parameters:,} parameters, {card.size / 2**20:.1f} MiB.",
        f"![{card.title}]({sheet.as_posix()})",
        card.intended_use,
        " ".join(["Limits:", *card.limits]),
        *published,
        f"Remade by `{card.remade_by}`: {origin(card)}. "
        f"Data: `{card.data.name}` ({card.data.licence}). Weights: {card.licence}.",
    )
    return "\n\n".join([f"## `{card.id}`", *facts])


def origin(card: Card) -> str:
    """How the weights came to be."""
    if card.imported:
        return f"converted from {card.imported.package}"
    assert card.training is not None  # noqa: S101 - a card has one of the two
    made = card.training
    return f"{made.images_seen:,} images seen in {made.seconds:,.0f} s on {made.hardware}, {made.precision}"


def link(paper: str) -> str:
    """arXiv:1234.5678 as a link."""
    kind, _, number = paper.partition(":")
    address = {"arXiv": "https://arxiv.org/abs/", "doi": "https://doi.org/"}.get(kind)
    return f"[{paper}]({address}{number})" if address else paper

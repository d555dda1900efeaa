"""Judging images on a network that they were not made on."""

from dataclasses import replace

from models.attacks.rows import TIE, Outcome, Rows, margin
from models.attacks.trial import CLEAN
from models.streams import fold
from models.victim import Victim, ask


def judged(outcome: Outcome, victim: Victim, rows: Rows) -> Outcome:
    """The same images as this victim sees them: what it had wrong already, and whom they fool. Two queries a row."""
    key = fold(rows.seed, CLEAN)
    wrong = ask(victim, rows.x, key).argmax(dim=1) != rows.y
    reached = margin(ask(victim, outcome.x, key), rows)
    return replace(
        outcome,
        success=(reached > TIE) & ~wrong,
        wrong=wrong,
        margin=reached,
        forwards=outcome.forwards + 2 * victim.passes,
        queries=outcome.queries * 0 + 2,
    )

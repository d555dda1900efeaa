"""Does a run print the figures of the card again?

The draws are fixed by seed and row, so on the same type of processor with the same torch the figures agree to 1e-6.
Another processor sums in another order: a pixel here and there rounds to its neighbour, and the later digits move.
"""

import math
from collections.abc import Sequence

from models.card import Card, Metric
from training.evaluation.report import title

RELATIVE = 1e-6
ABSOLUTE = 1e-9  # for figures that are zero


def reprint(card: Card, measured: Sequence[Metric], *, data: str) -> tuple[str, ...]:
    """One sentence, or one a difference. Figures are the same figure when name, n and reference are equal."""
    if not card.metrics:
        return (f"the card of {card.id} has no figures to compare with",)
    if data != card.data.name:
        return (f"not compared with the card: its figures are of {card.data.name}",)
    now = {title(metric): metric.value for metric in measured}
    then = {title(metric): metric.value for metric in card.metrics}
    both = [name for name in then if name in now]
    if not both:
        return (f"not compared with the card: its figures are others, such as {next(iter(then))}",)
    lines = [difference(name, now[name], then[name]) for name in both if not close(now[name], then[name])]
    if not lines:
        lines = [f"reprints the card: {len(both)} figures within {RELATIVE:g}"]
    if missing := [name for name in then if name not in now]:
        lines.append(f"not measured here, though the card has it: {', '.join(missing)}")
    return tuple(lines)


def close(now: float, then: float) -> bool:
    """Whether two runs on the same machine could give both."""
    return math.isclose(now, then, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def difference(name: str, now: float, then: float) -> str:
    """Names a figure that is not the card's."""
    off = f"{(now - then) / abs(then):+.2%}" if then else f"{now - then:+.2g}"
    return f"differs from the card: {name} is {now:.8g}, the card says {then:.8g} ({off})"

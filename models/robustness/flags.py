"""Signs that a figure of robustness is not to be trusted (Carlini et al. 2019, arXiv:1902.06705, section 5; Athalye et
al. 2018, arXiv:1802.00420, section 3.1; the checks of AutoAttack's code).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal

from models.attacks.losses import cross_entropy, margin_loss
from models.attacks.rows import Rows
from models.robustness.interval import Share
from models.solver import Mask
from models.streams import fold
from models.victim import Victim, ask, look

Sign = Literal["black-box-beats-white-box", "gradient-zero", "gradient-nan", "random", "softmax", "curve"]

TOLERATED = 0.01  # of the images: fewer zero gradients, or a curve that rises by less, say nothing
CHANCES = 2  # of black boxes: one more image than gradient attacks is luck
SAME = 1e-6  # logits that differ by less are the same


@dataclass(frozen=True)
class Flag:
    """What was seen, in words."""

    sign: Sign
    words: str


def inspected(victim: Victim, rows: Rows) -> list[Flag]:
    """Before any attack: what the answers and the gradients at x look like."""
    first, again = (ask(victim, rows.x, fold(rows.seed, draw)) for draw in (0, 1))
    flags = []
    if (first - again).abs().max() > SAME:
        flags.append(Flag("random", "the victim answers one image in several ways: use the protocol rand"))
    if bool((first >= 0).all()) and bool(((first.sum(dim=1) - 1).abs() < 1e-4).all()):
        flags.append(Flag("softmax", "the answers are probabilities, not logits: gradients fade where it is sure"))
    return flags + gradients(victim, rows)


def gradients(victim: Victim, rows: Rows) -> list[Flag]:
    """Whether attacks have a gradient to follow, under both losses."""
    flags = []
    for name, loss in (("cross-entropy", cross_entropy), ("margin", margin_loss)):
        gradient = look(victim, rows.x, fold(rows.seed, 0), partial(loss, rows=rows)).gradient
        wild = ~gradient.isfinite().flatten(1).all(dim=1)
        flat = (gradient == 0).flatten(1).all(dim=1)
        signs: tuple[tuple[Sign, str, Mask], ...] = (
            ("gradient-nan", "not finite", wild),
            ("gradient-zero", "zero", flat),
        )
        for sign, what, which in signs:
            share = Share(int(which.sum()), len(which))
            if share.value > TOLERATED:
                flags.append(Flag(sign, f"the gradient of the {name} is {what} for {share.k} of {share.n} images"))
    return flags


def compared(*, white: int, black: int) -> list[Flag]:
    """Whether an attack without gradients broke images that none with gradients could."""
    if black < CHANCES:
        return []
    words = f"{black} images that gradients could not break ({white} they could) were broken without any"
    return [Flag("black-box-beats-white-box", words)]


def bent(curve: Sequence[tuple[int, Share]]) -> list[Flag]:
    """Whether accuracy rises with eps, or stays where every image may become any other."""
    flags = []
    for (eps, low), (more, high) in pairwise(curve):
        if high.value - low.value > TOLERATED:
            words = f"accuracy rises from {low.value:.1%} at {eps}/255 to {high.value:.1%} at {more}/255"
            flags.append(Flag("curve", words))
    eps, last = curve[-1]
    if last.value > TOLERATED:
        words = f"at {eps}/255, where every image is within reach, accuracy is still {last.value:.1%}"
        flags.append(Flag("curve", words))
    return flags

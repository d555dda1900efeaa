"""What a request asks for, read and bounded before any network is."""

import math
from dataclasses import dataclass

from models.attacks.norms import LINF
from models.attacks.registry import ATTACKS, Attack, attack
from models.card import Card
from models.errors import AttackInvalid
from models.lattice import LEVELS

MAX_STEPS = 1000
MAX_RADII = 8
MAX_RESTARTS = 10
PREDICTED = "predicted"


@dataclass(frozen=True)
class Asked:
    """An attack as it will be made; `label` and `target` are numbers of classes, None for predicted and for any.

    `every_step` goes on after success, for as large a margin as can be had.
    """

    attack: Attack
    norm: str
    radii: tuple[float, ...]
    steps: int
    restarts: int
    label: int | None
    target: int | None
    every_step: bool

    @property
    def terms(self) -> tuple[object, ...]:
        """What names it."""
        goal = self.label, self.target, self.every_step
        return self.attack.name, self.norm, self.radii, self.steps, self.restarts, *goal


def asked(
    card: Card,
    *,
    name: str,
    norm: str,
    eps: str,
    steps: int | None,
    restarts: int,
    label: str,
    target: str,
    every_step: bool,
) -> Asked:
    """Raises AttackInvalid in words that name the thing, the limit and the value."""
    chosen = attack(name)
    norm = norm or chosen.norms[0].name
    if norm not in {each.name for each in chosen.norms}:
        raise AttackInvalid(f"{name} has no norm {norm!r}; it has {', '.join(each.name for each in chosen.norms)}")
    budget = min(chosen.steps, MAX_STEPS) if steps is None else steps
    if not 1 <= budget <= MAX_STEPS:
        raise AttackInvalid(f"steps is {budget}; a request may ask for 1 to {MAX_STEPS}")
    if restarts > 1 and not chosen.restarts:
        able = ", ".join(each.name for each in ATTACKS if each.restarts)
        raise AttackInvalid(f"restarts is {restarts}, and {name} has one start; attacks with several: {able}")
    if target and "targeted" not in chosen.goals:
        raise AttackInvalid(f"{name} takes no target; attacks that do: pgd, apgd, cw")
    aim = class_of(card, "target", target) if target else None
    shows = None if label == PREDICTED else class_of(card, "label", label)
    if aim is not None and aim == shows:
        raise AttackInvalid(f"target is {target!r}, which is the label already")
    radii = radii_of(card, eps, norm, least=chosen.least)
    return Asked(chosen, norm, radii, budget, restarts, shows, aim, every_step)


def radii_of(card: Card, eps: str, norm: str, *, least: bool) -> tuple[float, ...]:
    """Whole steps of 1/255, floored; infinite where an attack that looks for the smallest is given none."""
    if not eps.strip():
        if least:
            return (math.inf,)
        raise AttackInvalid("eps is missing: the radius in steps of 1/255, such as 8, or several, such as 2,4,8")
    spec = card.input
    values = spec.channels * spec.height * spec.width if spec is not None else 1
    top = LEVELS if norm == LINF.name else math.floor(LEVELS * math.sqrt(values))
    found = tuple(radius_of(each.strip(), top, norm) for each in eps.split(","))
    if len(found) > MAX_RADII:
        raise AttackInvalid(f"eps has {len(found)} values; a request may ask for at most {MAX_RADII}")
    return found


def radius_of(text: str, top: int, norm: str) -> float:
    """One of them."""
    try:
        value = float(text)
    except ValueError:
        raise AttackInvalid(f"eps is {text[:20]!r}; it is a number of steps of 1/255, such as 8 for 8/255") from None
    if not 1 <= value <= top:  # a NaN fails this as well
        raise AttackInvalid(f"eps is {value:g} steps of 1/255; in {norm} it must lie in 1..{top}")
    return math.floor(value)


def class_of(card: Card, what: str, name: str) -> int:
    """The number of a class, by its name or its number. Raises AttackInvalid."""
    if name in card.labels:
        return card.labels.index(name)
    if name.isdecimal() and int(name) < len(card.labels):
        return int(name)
    shown = ", ".join(card.labels[:10]) + (" …" if len(card.labels) > 10 else "")
    raise AttackInvalid(f"{what} is {name[:64]!r}, which is no class of {card.id}; its {len(card.labels)}: {shown}")

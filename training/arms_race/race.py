"""One race: in turn the attacker finds what beats the defender, and the defender trains.

The attacker knows everything, the weights and whatever stands before them, and starts afresh each round: PGD with a
random start through the whole pipeline, judged on 8-bit images. What it finds on training digits is what beats the
defender; on test digits it is what robustness is measured by.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

from models.attacks.registry import attack
from models.attacks.rows import Outcome, rows_of
from models.solver import Mask, solve
from models.streams import keys
from models.tensors import Images, Labels
from models.victim import Victim, ask
from training.arms_race.defenders import DEFENDERS, Examples
from training.arms_race.setting import Kind, Setting, Terms
from training.data import Dataset
from training.randomness import seed_step

ATTACK = "pgd"
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Round:
    """The defender after so many moves, as shares of the test digits that were judged.

    `replayed`: under what the attacker found against the defender of the round before. `robust`: under what it finds
    now. `beaten`: the share of the attacked training digits that beat it now. After the last round, `margin`: what is
    left when PGD on the margin has tried as well; `worst`: what is left when Square, which needs no gradient, has too.
    """

    kind: Kind
    width: int
    eps: int
    round: int
    clean: float
    replayed: float | None
    robust: float
    beaten: float
    n: int
    margin: float | None = None
    worst: float | None = None

    @property
    def setting(self) -> Setting:
        """Whose it is."""
        return Setting(self.kind, self.width, self.eps)


def race(setting: Setting, terms: Terms, train: Dataset, test: Dataset, *, seed: int) -> Iterator[Round]:
    """Round 0 is the natural classifier, before any move. The same seed plays the same race."""
    data, judged = examples(train, len(train)), examples(test, terms.judged)
    draw = seed_step(seed=seed, step=0, rank=0, device=CPU)
    defender = DEFENDERS[setting.kind](setting, terms, data, draw)
    beaten, yesterday = nothing(data), None
    for number in range(terms.rounds + 1):
        draw = seed_step(seed=seed, step=number + 1, rank=0, device=CPU)
        if number:
            defender.move(data, beaten, draw)
        victim = defender.victim
        chosen = draw.integers(len(data.y), terms.attacked)
        rows = Examples(data.x[chosen], data.x[chosen], data.y[chosen])
        found = attacked(victim, rows, setting, steps=terms.steps, to_the_end=True, seed=number)
        won = found.success
        beaten = joined(beaten, Examples(rows.x[won], found.x[won], rows.y[won]))
        today = attacked(victim, judged, setting, steps=terms.judging, to_the_end=False, seed=number).x
        told = Round(
            kind=setting.kind,
            width=setting.width,
            eps=setting.eps,
            round=number,
            clean=right(victim, judged.x, judged.y),
            replayed=None if yesterday is None else right(victim, yesterday, judged.y),
            robust=right(victim, today, judged.y),
            beaten=float(won.double().mean()),
            n=len(judged.y),
        )
        yield told if number < terms.rounds else refereed(told, victim, judged, today, setting, terms)
        yesterday = today


def refereed(told: Round, victim: Victim, judged: Examples, z: Images, setting: Setting, terms: Terms) -> Round:
    """The last round, with what two other attacks leave of the digits that are still right."""
    left, shares = z, []
    for name, steps in (("pgd-margin", terms.margin), ("square", terms.queries)):
        standing = named_right(victim, left, judged.y).nonzero().flatten()
        rows = rows_of(judged.x[standing], judged.y[standing], eps=setting.eps, steps=steps, seed=told.round)
        if len(standing):
            left = left.clone()
            left[standing] = solve(attack(name).solver(victim, "linf"), rows).x
        shares.append(right(victim, left, judged.y))
    return replace(told, margin=shares[0], worst=shares[1])


def attacked(victim: Victim, on: Examples, setting: Setting, *, steps: int, to_the_end: bool, seed: int) -> Outcome:
    """PGD on each digit; `to_the_end` goes on after success, for images that beat the defender by as much as can be."""
    kappa = math.inf if to_the_end else 0.0
    rows = rows_of(on.x, on.y, eps=setting.eps, steps=steps, kappa=kappa, seed=seed)
    return solve(attack(ATTACK).solver(victim, "linf"), rows)


def right(victim: Victim, x: Images, y: Labels) -> float:
    """The share that is named right."""
    return float(named_right(victim, x, y).double().mean())


def named_right(victim: Victim, x: Images, y: Labels) -> Mask:
    """Which images are."""
    return ask(victim, x, keys(0, range(len(x)))).argmax(dim=1) == y


def examples(split: Dataset, n: int) -> Examples:
    """n digits, evenly from the split, which may be sorted by class."""
    assert split.labels is not None  # noqa: S101 - digits have labels
    index = torch.arange(n) * len(split) // n
    x = torch.from_numpy(split.images)[index].float() / 255
    return Examples(x, x, torch.from_numpy(split.labels)[index])


def nothing(data: Examples) -> Examples:
    """No digit at all."""
    return Examples(data.x[:0], data.x[:0], data.y[:0])


def joined(one: Examples, other: Examples) -> Examples:
    """Both."""
    return Examples(torch.cat([one.x, other.x]), torch.cat([one.z, other.z]), torch.cat([one.y, other.y]))

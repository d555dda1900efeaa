"""A classifier's robustness by a fixed protocol: what is left of its accuracy when every attack has had its turn.

An image counts as robust only if no attack broke it (the worst case of each image, not of the average), and images that
were wrong already are neither attacked nor counted as broken. Success is decided on 8-bit images in the ball.
"""

import math
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import torch

from models.attacks.eot import EOT
from models.attacks.registry import attack
from models.attacks.rows import Outcome, Rows, rows_of
from models.lattice import LEVELS
from models.robustness.flags import Flag, bent, compared, inspected
from models.robustness.interval import Share
from models.robustness.protocol import Assault, Protocol
from models.solver import solving, take
from models.streams import fold
from models.tensors import Images, Labels
from models.victim import Victim, ask

NormName = Literal["linf", "l2"]
FRACTIONS = (0.25, 0.5, 1.0, 2.0)  # of eps, on the curve


@dataclass(frozen=True)
class Line:
    """One assault: how many images it was tried on and broke, and what an image cost it on average."""

    attack: str
    knowledge: Literal["gradient", "scores", "label"]
    steps: int
    tried: int
    broken: int
    left: Share
    forwards: float
    backwards: float
    queries: float
    seconds: float


@dataclass(frozen=True)
class Report:
    """`clean` and `robust` are shares of all images; the curve is PGD's alone, from eps 0 on."""

    protocol: str
    norm: NormName
    eps: int
    clean: Share
    lines: tuple[Line, ...]
    robust: Share
    curve: tuple[tuple[int, Share], ...]
    flags: tuple[Flag, ...]
    worst: Images


def evaluated(
    victim: Victim, x: Images, y: Labels, *, protocol: Protocol, norm: NormName, eps: int | float, seed: int = 0
) -> Iterator[Line | Report]:
    """Each line as soon as it is known, at last the report. Raises AttackInvalid."""
    work = evaluating(victim, x, y, protocol=protocol, norm=norm, eps=eps, seed=seed)
    return (news for news in work if news is not None)


def evaluating(
    victim: Victim, x: Images, y: Labels, *, protocol: Protocol, norm: NormName, eps: int | float, seed: int = 0
) -> Generator[Line | Report | None, None, None]:
    """The same, for those who have other things to do between two steps of an attack: then it yields None."""
    asked: Victim = EOT(victim, protocol.samples) if protocol.samples > 1 else victim
    rows = rows_of(x, y, eps=eps, steps=1, seed=seed)
    right = ask(asked, rows.x, fold(rows.seed, 0)).argmax(dim=1) == y
    clean, worst = Share(int(right.sum()), len(y)), rows.x.clone()
    flags = inspected(asked, rows)
    standing, lines = right.clone(), []
    for number, assault in enumerate(protocol.assaults(norm)):
        index = standing.nonzero().flatten()
        started = time.perf_counter()
        outcome = yield from assaulted(asked, take(rows, index), assault, norm, number)
        fell = outcome.success | outcome.wrong  # a random victim may be wrong this time
        worst[index[fell]], standing[index[fell]] = outcome.x[fell], False
        lines.append(line(assault, outcome, Share(int(standing.sum()), len(y)), time.perf_counter() - started))
        yield lines[-1]
    found = {way: sum(each.broken for each in lines if (each.knowledge == "gradient") == way) for way in (True, False)}
    flags += compared(white=found[True], black=found[False])
    still = take(rows, right.nonzero().flatten())
    curve = ((0, clean), *(yield from curved(asked, still, protocol, norm, eps=float(eps), n=len(y))))
    yield Report(
        protocol=protocol.name,
        norm=norm,
        eps=math.floor(eps),
        clean=clean,
        lines=tuple(lines),
        robust=Share(int(standing.sum()), len(y)),
        curve=curve,
        flags=tuple(flags + bent(curve)),
        worst=worst,
    )


def assaulted(
    victim: Victim, rows: Rows, assault: Assault, norm: NormName, number: int
) -> Generator[None, None, Outcome]:
    """One attack on the rows that still stand, on streams of its own."""
    steps = torch.full_like(rows.steps, assault.steps)
    fresh = replace(rows, steps=steps, seed=fold(rows.seed, number + 1))
    return (yield from solving(attack(assault.attack).solver(victim, norm), fresh))


def line(assault: Assault, outcome: Outcome, left: Share, seconds: float) -> Line:
    """What an assault came to."""

    def mean(counts: torch.Tensor) -> float:
        return float(counts.double().mean()) if len(counts) else 0.0

    return Line(
        attack=assault.attack,
        knowledge=attack(assault.attack).knowledge,
        steps=assault.steps,
        tried=len(outcome.success),
        broken=int((outcome.success | outcome.wrong).sum()),
        left=left,
        forwards=mean(outcome.forwards),
        backwards=mean(outcome.backwards),
        queries=mean(outcome.queries),
        seconds=seconds,
    )


def curved(
    victim: Victim, rows: Rows, protocol: Protocol, norm: NormName, *, eps: float, n: int
) -> Generator[None, None, list[tuple[int, Share]]]:
    """Accuracy under PGD at fractions of eps and where everything is within reach; n images in all."""
    values = rows.x.shape[1:].numel()
    top = LEVELS if norm == "linf" else round(LEVELS * math.sqrt(values))
    radii = sorted({max(1, round(fraction * eps)) for fraction in FRACTIONS if fraction * eps < top} | {top})
    steps = torch.full_like(rows.steps, protocol.curve_steps)
    curve = []
    for radius in radii:
        wider = replace(rows, eps=torch.full_like(rows.eps, radius), steps=steps)
        outcome = yield from solving(attack("pgd").solver(victim, norm), wider)
        curve.append((radius, Share(int((~outcome.success & ~outcome.wrong).sum()), n)))
    return curve

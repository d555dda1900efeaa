"""APGD: PGD that chooses its own step size (Croce and Hein 2020, arXiv:2003.01690, algorithm 1).

alpha starts at 2 eps and halves at a checkpoint where fewer than rho of the steps since the last one climbed, or where
neither alpha nor the best loss has moved; the row then goes on from its best point. The checkpoints lie at shares of
the budget that draw together (section 3.2; w of the authors' code). Momentum is .75.
"""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Int
from torch import Tensor

from models.attacks.losses import Loss, cross_entropy
from models.attacks.norms import LINF, Norm
from models.attacks.pgd import start_key
from models.attacks.rows import ANY, Counts, Outcome, Rows, radius
from models.attacks.trial import Trial, begin, outcome, seen
from models.solver import Mask, chosen
from models.tensors import Images, Labels, Scores
from models.victim import Victim, look

MOMENTUM, RHO, FIRST_ALPHA = 0.75, 0.75, 2.0
FIRST_WINDOW, LEAST_WINDOW, SHRINK = 0.22, 0.06, 0.03  # of the steps


@dataclass(frozen=True)
class Point:
    """A perturbation, and what a look at it told."""

    delta: Images
    gradient: Images
    loss: Scores


@dataclass(frozen=True)
class Schedule:
    """Of one start: alpha in units of eps, steps from checkpoint to checkpoint, and what happened since the last."""

    alpha: Scores
    window: Counts
    since: Counts
    climbs: Counts
    best_before: Scores
    halved: Mask


@dataclass(frozen=True)
class APGDState:
    """Where a row stands. `rivals` are the classes that its starts go for, ANY for whatever its goal is."""

    trial: Trial
    now: Point
    before: Images
    best: Point
    schedule: Schedule
    rivals: Int[Tensor, "b r"]


@dataclass(frozen=True)
class APGD:
    """`rivals` 0: `restarts` starts for the row's own goal. Else so many starts, each for another of the likeliest
    classes but y (APGD-T, with the DLR loss).
    """

    victim: Victim
    norm: Norm = LINF
    loss: Loss = cross_entropy
    restarts: int = 1
    rivals: int = 0

    def start(self, rows: Rows) -> APGDState:
        """A random start in the ball."""
        trial, logits = begin(self.victim, rows)
        ranked = logits.scatter(1, rows.y[:, None], -torch.inf).argsort(dim=1, descending=True)[:, :-1]
        rivals = ranked[:, : self.rivals or 1]
        aimed = (rows.target != ANY)[:, None] | torch.tensor(not self.rivals, device=rivals.device)
        rivals = torch.where(aimed, rows.target[:, None], rivals)
        delta = self.norm.start(rows, start_key(trial, trial.t))
        trial, now = self._look(trial, delta, rivals[:, 0])
        return APGDState(trial, now, delta, now, fresh(rows, now.loss), rivals)

    def step(self, state: APGDState) -> APGDState:
        """One look where momentum leads, or at a new start where a row has used up its steps."""
        rows, t = state.trial.rows, state.trial.t
        turn, place = t // (rows.steps + 1), t % (rows.steps + 1)
        delta = self._moved(state, first=place == 1)
        anew = place == 0
        if bool(anew.any()):
            delta = chosen(anew, self.norm.start(rows, start_key(state.trial, turn)), delta)
        toward = state.rivals.gather(1, (turn % state.rivals.shape[1])[:, None]).squeeze(1)
        trial, now = self._look(state.trial, delta, toward)
        gone_on = checked(replace(state, trial=trial, now=now, before=state.now.delta), state.now.loss)
        if not bool(anew.any()):
            return gone_on
        begun = APGDState(trial, now, delta, now, fresh(rows, now.loss), state.rivals)
        return chosen(anew, begun, gone_on)

    def done(self, state: APGDState) -> Mask:
        """At success, or after the last look of the last start."""
        starts = max(self.restarts, state.rivals.shape[1])
        return state.trial.over | (state.trial.t >= starts * (state.trial.rows.steps + 1))

    def result(self, state: APGDState) -> Outcome:
        """The best image of all looks."""
        return outcome(state.trial)

    def _moved(self, state: APGDState, *, first: Mask) -> Images:
        rows, now = state.trial.rows, state.now
        alpha = state.schedule.alpha[:, None, None, None] * radius(rows)
        z = self.norm.project(now.delta + alpha * self.norm.steepest(now.gradient * rows.mask), rows)
        a = torch.where(first, 1.0, MOMENTUM)[:, None, None, None]
        return self.norm.project(now.delta + a * (z - now.delta) + (1 - a) * (now.delta - state.before), rows)

    def _look(self, trial: Trial, delta: Images, toward: Labels) -> tuple[Trial, Point]:
        rows = replace(trial.rows, target=toward)
        x = self.norm.round(delta, rows)
        at_x = look(self.victim, x, trial.key(), lambda logits: self.loss(logits, rows))
        return seen(trial, x, at_x.logits, passes=self.victim.passes), Point(delta, at_x.gradient, at_x.loss)


def share(steps: Counts, part: float) -> Counts:
    """That part of the steps, at least one."""
    return (part * steps).long().clamp_min(1)


def fresh(rows: Rows, loss: Scores) -> Schedule:
    """At a start."""
    none = torch.zeros_like(rows.steps)
    alpha = torch.full_like(loss, FIRST_ALPHA)
    return Schedule(alpha, share(rows.steps, FIRST_WINDOW), none, none, loss, torch.zeros_like(none, dtype=torch.bool))


def checked(state: APGDState, loss_before: Scores) -> APGDState:
    """After a look: the best point, and at a checkpoint conditions 1 and 2."""
    best = chosen(state.now.loss > state.best.loss, state.now, state.best)
    was = state.schedule
    since, climbs = was.since + 1, was.climbs + (state.now.loss > loss_before)
    checkpoint = since >= was.window
    stuck = ~was.halved & (was.best_before >= best.loss)
    halve = checkpoint & ((climbs <= RHO * was.window) | stuck)
    steps = state.trial.rows.steps
    shorter = torch.maximum(was.window - share(steps, SHRINK), share(steps, LEAST_WINDOW))
    schedule = Schedule(
        alpha=torch.where(halve, was.alpha / 2, was.alpha),
        window=torch.where(checkpoint, shorter, was.window),
        since=since.masked_fill(checkpoint, 0),
        climbs=climbs.masked_fill(checkpoint, 0),
        best_before=torch.where(checkpoint, best.loss, was.best_before),
        halved=torch.where(checkpoint, halve, was.halved),
    )
    return replace(state, now=chosen(halve, best, state.now), best=best, schedule=schedule)

"""What attacks that look for the smallest perturbation share: the nearest adversarial 8-bit image, and its polishing.

Every look is at an 8-bit image, so whatever was found survives being saved. Once an attack has come to its end, the
way from x to what it found is halved again and again: the nearest image on it that is still adversarial is returned.
"""

from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor

from models.attacks.norms import Norm
from models.attacks.rows import TIE, Counts, Outcome, Rows, margin
from models.attacks.trial import Trial, outcome
from models.lattice import quantised, steps_between
from models.solver import Mask, put, take
from models.tensors import Images, Logits, Scores
from models.victim import Victim, ask

HALVINGS = 8  # a step of 1/256 of the way


@dataclass(frozen=True)
class Approach:
    """The state of such an attack holds a trial."""

    trial: Trial


@runtime_checkable
class Approaching(Protocol):
    """An attack that ends with the nearest adversarial image it has seen, if any."""

    def start(self, rows: Rows) -> Any:
        """An Approach."""

    def step(self, state: Any) -> Any:
        """One step of every row."""

    def done(self, state: Any) -> Mask:
        """Which rows have come to their end."""


def distance(trial: Trial, norm: Norm) -> Scores:
    """Of the best image, in 1/255; infinite where it is not adversarial."""
    steps = norm.length(steps_between(trial.rows.x, trial.best))
    return torch.where(trial.adversarial, steps, torch.inf)


def seen_near(trial: Trial, x: Images, logits: Logits, norm: Norm, *, passes: int, backwards: int = 1) -> Trial:
    """After a look at an 8-bit image: kept where it is adversarial and nearer, or where nothing is yet and it comes
    closer to being so.
    """
    reached = margin(logits, trial.rows)
    nearer = norm.length(steps_between(trial.rows.x, x)) < distance(trial, norm)
    better = torch.where(trial.adversarial, (reached > TIE) & nearer, reached > trial.margin)
    return replace(
        trial,
        best=torch.where(better[:, None, None, None], x, trial.best),
        margin=torch.where(better, reached, trial.margin),
        t=trial.t + 1,
        forwards=trial.forwards + passes,
        backwards=trial.backwards + passes * backwards,
        queries=trial.queries + 1,
    )


def within(trial: Trial, norm: Norm) -> Outcome:
    """The outcome; what lies outside of the rows' eps is no success."""
    result = outcome(trial)
    return replace(result, success=result.success & (distance(trial, norm) <= trial.rows.eps))


@dataclass(frozen=True)
class PolishState:
    """An attack's state, and the part of the way to `far` at which the image is (high) and is not (low) adversarial."""

    approach: Any
    far: Images
    low: Tensor
    high: Tensor
    halvings: Counts


@dataclass(frozen=True)
class Polished:
    """An attack, then the halving of the way to what it found."""

    attack: Approaching
    victim: Victim
    norm: Norm

    def start(self, rows: Rows) -> PolishState:
        """That of the attack."""
        low = rows.x.new_zeros(len(rows.x), 1, 1, 1)
        return PolishState(self.attack.start(rows), rows.x, low, low + 1, torch.zeros_like(rows.steps))

    def step(self, state: PolishState) -> PolishState:
        """A step of the attack, or a halving where that is done."""
        ended = self.attack.done(state.approach)
        if bool(ended.all()):
            return self._halved(state)
        if not bool(ended.any()):
            return self._stepped(state)
        state = put(state, ~ended, self._stepped(take(state, ~ended)))
        return put(state, ended, self._halved(take(state, ended)))

    def done(self, state: PolishState) -> Mask:
        """After the last halving; at once where there is nothing to polish."""
        trial: Trial = state.approach.trial
        hopeless = self.attack.done(state.approach) & (trial.wrong | ~trial.adversarial)
        return hopeless | (state.halvings >= HALVINGS)

    def result(self, state: PolishState) -> Outcome:
        """The nearest adversarial image of all looks."""
        return within(state.approach.trial, self.norm)

    def _stepped(self, state: PolishState) -> PolishState:
        approach = self.attack.step(state.approach)
        return replace(state, approach=approach, far=approach.trial.best)

    def _halved(self, state: PolishState) -> PolishState:
        trial = state.approach.trial
        middle = (state.low + state.high) / 2
        x = quantised(trial.rows.x + middle * (state.far - trial.rows.x))
        logits = ask(self.victim, x, trial.key())
        adversarial = (margin(logits, trial.rows) > TIE)[:, None, None, None]
        trial = seen_near(trial, x, logits, self.norm, passes=self.victim.passes, backwards=0)
        return replace(
            state,
            approach=replace(state.approach, trial=trial),
            low=torch.where(adversarial, state.low, middle),
            high=torch.where(adversarial, middle, state.high),
            halvings=state.halvings + 1,
        )

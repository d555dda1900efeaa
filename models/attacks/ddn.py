"""DDN: direction and norm decoupled (Rony et al. 2019, arXiv:1811.09600, algorithm 1), on 256 levels.

The norm of the next perturbation is (1 -+ gamma) times the last one's: smaller where that was adversarial, else larger.
Its direction follows the gradient by steps of length alpha, from 1 to .01 along a cosine.
"""

import math
from dataclasses import dataclass, replace

import torch

from models.attacks.losses import Loss, cross_entropy
from models.attacks.nearest import Approach, seen_near
from models.attacks.norms import L2_NORM, Norm, boxed, lengths
from models.attacks.rows import TIE, Rows, margin
from models.attacks.trial import begin
from models.lattice import quantised
from models.solver import Mask
from models.tensors import Images, Scores
from models.victim import Victim, look

FIRST_NORM, LAST_ALPHA = 1.0, 0.01
TINY = 1e-12


@dataclass(frozen=True)
class DDNState(Approach):
    """Where a row stands: x + delta on the sphere of radius rho."""

    delta: Images
    rho: Scores


@dataclass(frozen=True)
class DDN:
    """To be polished (models/attacks/nearest.py)."""

    victim: Victim
    norm: Norm = L2_NORM
    loss: Loss = cross_entropy
    gamma: float = 0.05

    def start(self, rows: Rows) -> DDNState:
        """At x."""
        trial, _ = begin(self.victim, rows)
        return DDNState(trial, rows.x * 0, torch.full_like(rows.eps, FIRST_NORM))

    def step(self, state: DDNState) -> DDNState:
        """Lines 5 to 14 of the algorithm, from a look at the 8-bit image."""
        trial, rows = state.trial, state.trial.rows
        x = quantised(rows.x + state.delta)
        at_x = look(self.victim, x, trial.key(), lambda logits: self.loss(logits, rows))
        cosine = (1 + torch.cos(math.pi * trial.t / rows.steps)) / 2
        alpha = LAST_ALPHA + (1 - LAST_ALPHA) * cosine
        moved = state.delta + alpha[:, None, None, None] * self.norm.steepest(at_x.gradient * rows.mask)
        rho = state.rho * torch.where(margin(at_x.logits, rows) > TIE, 1 - self.gamma, 1 + self.gamma)
        on_sphere = moved * (rho[:, None, None, None] / lengths(moved).clamp_min(TINY))
        trial = seen_near(trial, x, at_x.logits, self.norm, passes=self.victim.passes)
        return replace(state, trial=trial, delta=boxed(on_sphere, rows), rho=rho)

    def done(self, state: DDNState) -> Mask:
        """After the last step."""
        return state.trial.wrong | (state.trial.t >= state.trial.rows.steps)

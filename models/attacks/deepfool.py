"""DeepFool: over the nearest border of a classifier that is taken for linear (Moosavi-Dezfooli et al. 2016,
arXiv:1511.04599, algorithm 2; section 3.3 for other norms).

r = |f_l| / ||w_l||_q along the steepest direction, where f_l = z_l - z_y and l is the class whose border is nearest.
"""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Int
from torch import Tensor

from models.attacks.nearest import Approach, seen_near
from models.attacks.norms import L2_NORM, Norm, boxed
from models.attacks.rows import ANY, Rows
from models.attacks.trial import begin
from models.errors import AttackInvalid
from models.lattice import quantised
from models.solver import Mask
from models.tensors import Images, Logits
from models.victim import Victim, slopes

OVERSHOOT = 0.02
TINY = 1e-12


@dataclass(frozen=True)
class DeepFoolState(Approach):
    """Where a row stands, and the classes whose borders are looked at."""

    delta: Images
    rivals: Int[Tensor, "b k"]


@dataclass(frozen=True)
class DeepFool:
    """`candidates` classes, y among them: the likeliest. To be polished."""

    victim: Victim
    norm: Norm = L2_NORM
    candidates: int = 10

    def start(self, rows: Rows) -> DeepFoolState:
        """At x. Raises AttackInvalid for rows with a target: the nearest border is not chosen."""
        if bool((rows.target != ANY).any()):
            raise AttackInvalid("deepfool crosses the nearest border; it takes no target")
        trial, logits = begin(self.victim, rows)
        ranked = logits.scatter(1, rows.y[:, None], -torch.inf).argsort(dim=1, descending=True)[:, :-1]
        return DeepFoolState(trial, rows.x * 0, ranked[:, : self.candidates - 1])

    def step(self, state: DeepFoolState) -> DeepFoolState:
        """Over the nearest border as it looks from the 8-bit image."""
        trial, rows = state.trial, state.trial.rows
        beyond = 1 + OVERSHOOT * trial.t[:, None, None, None]  # grows, so that rounding cannot hold a row at a border
        x = quantised(rows.x + beyond * state.delta)

        def f(logits: Logits) -> Tensor:
            return logits.gather(1, state.rivals) - logits.gather(1, rows.y[:, None])

        logits, values, gradients = slopes(self.victim, x, trial.key(), f)
        directions = torch.stack([self.norm.steepest(w * rows.mask) for w in gradients])
        steepness = (gradients * directions).sum(dim=(2, 3, 4)).T.clamp_min(TINY)  # the dual norm, b k
        far = values.abs() / steepness
        nearest = far.argmin(dim=1)
        r = directions[nearest, torch.arange(len(x), device=x.device)] * far.amin(dim=1)[:, None, None, None]
        trial = seen_near(trial, x, logits, self.norm, passes=self.victim.passes, backwards=values.shape[1])
        return replace(state, trial=trial, delta=boxed(state.delta + r, rows))

    def done(self, state: DeepFoolState) -> Mask:
        """Once the 8-bit image is adversarial, or after the last step."""
        trial = state.trial
        return trial.wrong | trial.adversarial | (trial.t >= trial.rows.steps)

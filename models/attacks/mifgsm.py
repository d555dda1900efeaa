"""MI-FGSM: momentum that carries an attack over to other networks (Dong et al. 2018, arXiv:1710.06081, algorithm 1).

g_{t+1} = mu g_t + grad / ||grad||_1, x_{t+1} = x_t + alpha sign(g_{t+1}). To be made on an ensemble, with diverse
inputs (models/attacks/surrogates.py), and judged on a network that it never saw (models/attacks/transfer.py).
"""

from dataclasses import dataclass

from models.attacks.losses import Loss, cross_entropy
from models.attacks.norms import LINF, Norm
from models.attacks.rows import Outcome, Rows, radius
from models.attacks.trial import Trial, begin, outcome, seen
from models.solver import Mask
from models.tensors import Images
from models.victim import Victim, look

TINY = 1e-30


@dataclass(frozen=True)
class MIFGSMState:
    """Where a row stands: x + delta, the gradient there, and the gathered one."""

    trial: Trial
    delta: Images
    gradient: Images
    g: Images


@dataclass(frozen=True)
class MIFGSM:
    """alpha is eps / steps, mu the decay of the momentum."""

    victim: Victim
    norm: Norm = LINF
    loss: Loss = cross_entropy
    mu: float = 1.0

    def start(self, rows: Rows) -> MIFGSMState:
        """At x itself."""
        trial, _ = begin(self.victim, rows)
        return self._look(trial, rows.x * 0, rows.x * 0)

    def step(self, state: MIFGSMState) -> MIFGSMState:
        """Lines 4 to 6 of the algorithm."""
        rows = state.trial.rows
        gradient = state.gradient * rows.mask
        g = self.mu * state.g + gradient / gradient.abs().sum(dim=(1, 2, 3), keepdim=True).clamp_min(TINY)
        alpha = radius(rows) / rows.steps[:, None, None, None]
        return self._look(state.trial, self.norm.project(state.delta + alpha * self.norm.steepest(g), rows), g)

    def done(self, state: MIFGSMState) -> Mask:
        """At success on the surrogate, unless kappa asks for more, or after the last step."""
        return state.trial.over | (state.trial.t > state.trial.rows.steps)

    def result(self, state: MIFGSMState) -> Outcome:
        """The best image of all looks."""
        return outcome(state.trial)

    def _look(self, trial: Trial, delta: Images, g: Images) -> MIFGSMState:
        x = self.norm.round(delta, trial.rows)
        at_x = look(self.victim, x, trial.key(), lambda logits: self.loss(logits, trial.rows))
        return MIFGSMState(seen(trial, x, at_x.logits, passes=self.victim.passes), delta, at_x.gradient, g)

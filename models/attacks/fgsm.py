"""FGSM and FGM: one step along the gradient's sign, or along the gradient (Goodfellow et al. 2015, arXiv:1412.6572).

x + eps sign(grad_x J(x, y)), section 4; FGM takes the steepest step of another norm (Miyato et al. 2016,
arXiv:1605.07725, eq. 5). To a target: along -J(x, target).
"""

from dataclasses import dataclass, replace

from models.attacks.losses import Loss, cross_entropy
from models.attacks.norms import LINF, Norm
from models.attacks.rows import Outcome, Rows, radius
from models.attacks.trial import Trial, begin, outcome, seen
from models.solver import Mask
from models.victim import Victim, ask, look


@dataclass(frozen=True)
class FGSM:
    """One gradient at x, one look at the result; `steps` of the rows has no say."""

    victim: Victim
    norm: Norm = LINF
    loss: Loss = cross_entropy

    def start(self, rows: Rows) -> Trial:
        """Which rows are wrong already."""
        return begin(self.victim, rows)[0]

    def step(self, state: Trial) -> Trial:
        """The whole attack."""
        rows = state.rows
        at_x = look(self.victim, rows.x, state.key(), lambda logits: self.loss(logits, rows))
        x = self.norm.round(radius(rows) * self.norm.steepest(at_x.gradient), rows)
        state = seen(state, x, ask(self.victim, x, state.key()), passes=self.victim.passes)
        return replace(state, forwards=state.forwards + self.victim.passes)

    def done(self, state: Trial) -> Mask:
        """After its step."""
        return state.over | (state.t > 0)

    def result(self, state: Trial) -> Outcome:
        """The one step's image, or x where it does not even come nearer."""
        return outcome(state)

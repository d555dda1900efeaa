"""PGD: steepest steps, projected back into the ball (Madry et al. 2018, arXiv:1706.06083, section 2.1).

Every look is at the 8-bit image next to the iterate, so what is judged is what is returned and a look costs one forward
and one backward pass. The best image of all looks is kept: more steps are never weaker. A row that has failed starts
again at random, as often as it may; restarts are its own.
"""

from dataclasses import dataclass

from models.attacks.losses import Loss, cross_entropy
from models.attacks.norms import LINF, Norm
from models.attacks.rows import Counts, Outcome, Rows, radius
from models.attacks.trial import Trial, begin, outcome, seen
from models.solver import Mask, chosen
from models.streams import Keys, fold
from models.tensors import Images
from models.victim import Victim, look

START = -2  # the number of the random start in the row's stream


@dataclass(frozen=True)
class PGDState:
    """Where a row stands: x + delta, and the gradient at the 8-bit image next to it."""

    trial: Trial
    delta: Images
    gradient: Images


@dataclass(frozen=True)
class PGD:
    """`pace` is the way of all steps together in units of eps: alpha = pace eps / steps (Madry's 2.5).

    `restarts` counts the starts; the first is x itself unless `random`.
    """

    victim: Victim
    norm: Norm = LINF
    loss: Loss = cross_entropy
    pace: float = 2.5
    restarts: int = 1
    random: bool = True

    def start(self, rows: Rows) -> PGDState:
        """Wrong rows are told; the others are looked at where they start."""
        trial, _ = begin(self.victim, rows)
        delta = self.norm.start(rows, start_key(trial, trial.t)) if self.random else rows.x * 0
        return self._look(trial, delta)

    def step(self, state: PGDState) -> PGDState:
        """delta + alpha steepest(gradient), projected; or a new start where a row has used up its steps."""
        rows = state.trial.rows
        looks = rows.steps + 1  # of one start
        alpha = self.pace * radius(rows) / rows.steps[:, None, None, None]
        delta = self.norm.project(state.delta + alpha * self.norm.steepest(state.gradient * rows.mask), rows)
        anew = state.trial.t % looks == 0
        if bool(anew.any()):
            delta = chosen(anew, self.norm.start(rows, start_key(state.trial, state.trial.t // looks)), delta)
        return self._look(state.trial, delta)

    def done(self, state: PGDState) -> Mask:
        """At success, or after the last look of the last start."""
        return state.trial.over | (state.trial.t >= self.restarts * (state.trial.rows.steps + 1))

    def result(self, state: PGDState) -> Outcome:
        """The best image of all looks."""
        return outcome(state.trial)

    def _look(self, trial: Trial, delta: Images) -> PGDState:
        x = self.norm.round(delta, trial.rows)
        seen_at = look(self.victim, x, trial.key(), lambda logits: self.loss(logits, trial.rows))
        return PGDState(seen(trial, x, seen_at.logits, passes=self.victim.passes), delta, seen_at.gradient)


def start_key(trial: Trial, restart: Counts) -> Keys:
    """The stream of a random start."""
    return fold(fold(trial.rows.seed, START), restart)

"""What every attack keeps of a row: the best 8-bit image so far, and what it cost."""

from dataclasses import dataclass, replace

import torch

from models.attacks.rows import TIE, Counts, Outcome, Rows, margin
from models.solver import Mask
from models.streams import Keys, fold
from models.tensors import Images, Logits, Scores
from models.victim import Victim, ask

CLEAN = -1  # the number of the look at the image before the attack, in the row's stream


@dataclass(frozen=True)
class Trial:
    """`t` counts the looks that the attack took; the one that tells whether a row is wrong already is number CLEAN."""

    rows: Rows
    wrong: Mask
    best: Images
    margin: Scores
    t: Counts
    forwards: Counts
    backwards: Counts
    queries: Counts

    @property
    def adversarial(self) -> Mask:
        """Where the best image reaches the goal."""
        return self.margin > TIE

    @property
    def over(self) -> Mask:
        """Where nothing is left to reach: wrong from the start, or as far beyond the border as was asked."""
        return self.wrong | (self.margin > self.rows.kappa + TIE)

    def key(self) -> Keys:
        """The random stream of the next look."""
        return fold(self.rows.seed, self.t)


def begin(victim: Victim, rows: Rows) -> tuple[Trial, Logits]:
    """One forward pass at x: rows that are wrong already are told, and what the victim says."""
    logits = ask(victim, rows.x, fold(rows.seed, CLEAN))
    nothing = torch.zeros_like(rows.steps)
    trial = Trial(
        rows=rows,
        wrong=logits.argmax(dim=1) != rows.y,
        best=rows.x,
        margin=margin(logits, rows),
        t=nothing,
        forwards=nothing + victim.passes,
        backwards=nothing,
        queries=nothing + 1,
    )
    return trial, logits


def seen(trial: Trial, x: Images, logits: Logits, *, passes: int, backwards: int = 1) -> Trial:
    """After a look at an 8-bit image: kept where its margin is the largest so far."""
    reached = margin(logits, trial.rows)
    better = reached > trial.margin
    return replace(
        trial,
        best=torch.where(better[:, None, None, None], x, trial.best),
        margin=torch.where(better, reached, trial.margin),
        t=trial.t + 1,
        forwards=trial.forwards + passes,
        backwards=trial.backwards + passes * backwards,
        queries=trial.queries + 1,
    )


def outcome(trial: Trial) -> Outcome:
    """What is returned; a row that was wrong already comes back as it was."""
    return Outcome(
        x=torch.where(trial.wrong[:, None, None, None], trial.rows.x, trial.best),
        success=trial.adversarial & ~trial.wrong,
        wrong=trial.wrong,
        margin=trial.margin,
        forwards=trial.forwards,
        backwards=trial.backwards,
        queries=trial.queries,
    )

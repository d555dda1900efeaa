"""Square attack in L-inf: random search with squares, by scores alone (Andriushchenko et al. 2020, arXiv:1912.00049).

Algorithm 1 with section 4.1's distribution: vertical stripes of +-eps to begin with, then a square of one +-eps a
channel at a random place, kept where the margin grows. p, the share of pixels in a square, halves along a schedule for
10,000 queries (section 5) that is stretched to each row's budget.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.attacks.norms import LINF, Norm
from models.attacks.rows import Counts, Outcome, Rows, radius
from models.attacks.trial import Trial, begin, outcome, seen
from models.solver import Mask, chosen
from models.streams import fold, uniform
from models.tensors import Images
from models.victim import Victim, ask

HALVINGS = (10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000)  # of p, at these of 10,000 queries
DRAW = -3  # the number of the search's draws in the row's stream


@dataclass(frozen=True)
class Square:
    """`steps` of the rows are queries."""

    victim: Victim
    norm: Norm = LINF
    p: float = 0.8

    def start(self, rows: Rows) -> Trial:
        """Wrong rows are told."""
        return begin(self.victim, rows)[0]

    def step(self, state: Trial) -> Trial:
        """One query: stripes first, then a square on the best image."""
        rows = state.rows
        first = state.t == 0
        signs, inside = self._square(state)
        delta = torch.where(inside, signs * radius(rows), state.best - rows.x)
        if bool(first.any()):
            delta = chosen(first, stripes(state), delta)
        x = self.norm.round(delta, rows)
        return seen(state, x, ask(self.victim, x, state.key()), passes=self.victim.passes, backwards=0)

    def done(self, state: Trial) -> Mask:
        """At success, or when the budget is spent."""
        return state.over | (state.t >= state.rows.steps)

    def result(self, state: Trial) -> Outcome:
        """The best image."""
        return outcome(state)

    def _square(self, state: Trial) -> tuple[Tensor, Tensor]:
        """The sign of each channel, b c 1 1, and where the square is, b 1 h w."""
        c, h, w = state.rows.x.shape[1:]
        u = uniform(fold(fold(state.rows.seed, DRAW), state.t), [2 + c])
        side = (share(state.t, state.rows.steps, self.p) * h * w).sqrt().round().clamp(1, max(1, min(h, w) - 1))
        top, left = (u[:, 0] * (h - side + 1)).floor(), (u[:, 1] * (w - side + 1)).floor()
        tall = between(torch.arange(h, device=u.device), top, side)
        wide = between(torch.arange(w, device=u.device), left, side)
        return (2 * (u[:, 2:] < 0.5).float() - 1)[:, :, None, None], (tall[:, :, None] & wide[:, None, :])[:, None]


def between(places: Tensor, first: Tensor, length: Tensor) -> Tensor:
    """Which places are among the `length` from `first` on: b n."""
    return (places >= first[:, None]) & (places < (first + length)[:, None])


def share(t: Counts, steps: Counts, p: float) -> Tensor:
    """p, halved once for each of HALVINGS that is behind."""
    behind = (10_000 * t / steps)[:, None] > torch.tensor(HALVINGS, device=t.device)
    return p / 2 ** behind.sum(dim=1)


def stripes(state: Trial) -> Images:
    """+-eps in columns."""
    c, _, w = state.rows.x.shape[1:]
    u = uniform(fold(fold(state.rows.seed, DRAW), -1), [c, 1, w])
    return (2 * (u < 0.5).float() - 1) * radius(state.rows) * torch.ones_like(state.rows.x)

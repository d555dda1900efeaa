"""C&W in L2 (Carlini and Wagner 2017, arXiv:1608.04644, section V.A and VI).

min ||delta||^2 + c f(x + delta) by Adam in w, where x + delta = (tanh(w) + 1) / 2, and c by bisection. tanh^-1 is
infinite at 0 and 1, and such a pixel could never move: here w starts where tanh is at most TAU, and tanh is stretched
by as much, so that the first image is x to the last bit and the ends are still reached.
"""

from dataclasses import dataclass, replace

import torch

from models.adam import Moments, adam, unmoved
from models.attacks.nearest import Approach, seen_near
from models.attacks.norms import L2_NORM, Norm
from models.attacks.rows import TIE, Counts, Rows, margin
from models.attacks.trial import begin
from models.lattice import quantised
from models.solver import Mask, chosen
from models.tensors import Images, Logits, Scores
from models.victim import Victim, look

TAU = 0.998
CHECKS = 10  # of a search, for whether it still improves
ENOUGH = 0.9999  # of the loss at the check before: a search that has not fallen below it has come to rest


@dataclass(frozen=True)
class Search:
    """One descent with one c: w, Adam's moments, and what it has found."""

    w: Images
    moments: Moments
    found: Mask
    checked: Scores


@dataclass(frozen=True)
class CWState(Approach):
    """A search, c with its bounds, and how many searches there were."""

    search: Search
    c: Scores
    low: Scores
    high: Scores
    searches: Counts


@dataclass(frozen=True)
class CarliniWagner:
    """`steps` of the rows are those of one search, kappa is the paper's; `c` is the first search's. To be polished."""

    victim: Victim
    norm: Norm = L2_NORM
    searches: int = 5
    c: float = 0.1
    rate: float = 0.02

    def start(self, rows: Rows) -> CWState:
        """At x, before the first search."""
        trial, _ = begin(self.victim, rows)
        c = torch.full_like(rows.eps, self.c)
        return CWState(trial, fresh(rows), c, c * 0, c + torch.inf, torch.zeros_like(rows.steps))

    def step(self, state: CWState) -> CWState:
        """One step of Adam, from a look at the 8-bit image; a row whose search is over begins the next."""
        trial, rows, search = state.trial, state.trial.rows, state.search
        tanh = search.w.double().tanh().float()  # in float64, for the same bits in any batch
        z = image(tanh)
        x = quantised(torch.where(rows.mask, z, rows.x))

        def f(logits: Logits) -> Scores:
            return (rows.kappa + 2 * TIE - margin(logits, rows)).clamp_min(0)

        at_x = look(self.victim, x, trial.key(), f)
        slope = 2 * (z - rows.x) + state.c[:, None, None, None] * at_x.gradient
        loss = (z - rows.x).square().sum(dim=(1, 2, 3)) + state.c * at_x.loss
        found = search.found | (margin(at_x.logits, rows) > TIE)
        moments, step = adam(search.moments, slope * (1 - tanh.square()) / (2 * TAU) * rows.mask)
        search = replace(search, w=search.w - self.rate * step, moments=moments, found=found)
        search, resting = checked(search, loss, rows)
        trial = seen_near(trial, x, at_x.logits, self.norm, passes=self.victim.passes)
        state = replace(state, trial=trial, search=search)
        over = resting | (search.moments.t >= rows.steps)
        return chosen(over, bisected(state), state) if bool(over.any()) else state

    def done(self, state: CWState) -> Mask:
        """After the last search."""
        return state.trial.wrong | (state.searches >= self.searches)


def image(tanh: Images) -> Images:
    """[-1, 1] -> [0, 1], reached at TAU already."""
    return ((tanh / TAU + 1) / 2).clamp(0, 1)


def fresh(rows: Rows) -> Search:
    """At x."""
    w = (TAU * (2 * rows.x - 1)).double().atanh().float()
    return Search(w, unmoved(w), torch.zeros_like(rows.steps).bool(), torch.full_like(rows.eps, torch.inf))


def checked(search: Search, loss: Scores, rows: Rows) -> tuple[Search, Mask]:
    """Whether a search has come to rest, asked CHECKS times."""
    due = search.moments.t % (rows.steps // CHECKS).clamp_min(1) == 0
    resting = due & (loss > ENOUGH * search.checked)
    return replace(search, checked=torch.where(due, loss, search.checked)), resting


def bisected(state: CWState) -> CWState:
    """The next search: a smaller c where this one found an adversarial image, else a larger."""
    found = state.search.found
    high, low = torch.where(found, state.c, state.high), torch.where(found, state.low, state.c)
    c = torch.where(high.isinf(), 10 * state.c, (low + high) / 2)
    return replace(state, search=fresh(state.trial.rows), c=c, low=low, high=high, searches=state.searches + 1)

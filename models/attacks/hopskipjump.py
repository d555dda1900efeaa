"""HopSkipJump: by labels alone (Chen, Jordan and Wainwright 2020, arXiv:1904.02144, algorithm 2).

Noise that is adversarial to begin with; the way from it to x halved down to the border; the border's normal there,
estimated from the labels of B0 sqrt(t) images around; a stride along it, halved from ||z - x|| / sqrt(t) until it ends
in an adversarial image; back to the border, and so on. A step of the solver asks about one image of each row, or about
CHUNK images around the border. A victim is only shown 8-bit images: so those around lie at least a step of 1/255 away.
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.attacks.nearest import Approach, seen_near, within
from models.attacks.norms import L2_NORM, Norm, boxed, lengths
from models.attacks.rows import ANY, TIE, Counts, Outcome, Rows, margin
from models.attacks.trial import begin
from models.errors import AttackInvalid
from models.lattice import LEVELS, quantised
from models.solver import Mask, put, take
from models.streams import fold, normal, uniform
from models.tensors import Images, Scores
from models.victim import Victim, ask

B0, CHUNK = 100, 25
HALVINGS = 10  # of the way to the border
STRIDES = 12  # halvings of a stride, after which the point stays where it is
BEGIN, BORDER, NORMAL, STRIDE = range(4)
DRAW = -4  # the number of its draws in the row's stream
TINY = 1e-12


@dataclass(frozen=True)
class HopState(Approach):
    """`hop` is the paper's t, `n` counts within a phase. z is the point at the border, `far` where the way to x begins;
    the adversarial part of that way is from `high` on. The sums are those of the estimate: of the u, of the labels
    phi, of phi u.
    """

    phase: Counts
    hop: Counts
    n: Counts
    z: Images
    far: Images
    low: Tensor
    high: Tensor
    sum_u: Images
    sum_phi: Scores
    sum_phi_u: Images


@dataclass(frozen=True)
class HopSkipJump:
    """`steps` of the rows are queries: no row asks more."""

    victim: Victim
    norm: Norm = L2_NORM

    def start(self, rows: Rows) -> HopState:
        """Wrong rows are told. Raises AttackInvalid for rows with a target: noise is seldom of a given class."""
        if bool((rows.target != ANY).any()):
            raise AttackInvalid("hopskipjump begins at noise, which is of no chosen class; it takes no target")
        trial, _ = begin(self.victim, rows)
        zero, part = torch.zeros_like(rows.steps), rows.x.new_zeros(len(rows.x), 1, 1, 1)
        nothing = rows.x * 0
        return HopState(
            trial, zero + BEGIN, zero + 1, zero, rows.x, rows.x, part, part + 1, nothing, part.flatten(), nothing
        )

    def step(self, state: HopState) -> HopState:
        """Each row goes on with its own phase."""
        was = state.phase
        for phase, move in enumerate((self._begin, self._border, self._normal, self._stride)):
            here = was == phase
            if bool(here.all()):
                return move(state)
            if bool(here.any()):
                state = put(state, here, move(take(state, here)))
        return state

    def done(self, state: HopState) -> Mask:
        """When what is left of the budget may be too little for a step."""
        trial = state.trial
        return trial.wrong | (trial.queries + CHUNK > trial.rows.steps)

    def result(self, state: HopState) -> Outcome:
        """The nearest adversarial image of all queries."""
        return within(state.trial, self.norm)

    def _begin(self, state: HopState) -> HopState:
        """Uniform noise, until the victim is wrong about it."""
        rows = state.trial.rows
        noise = uniform(fold(fold(rows.seed, DRAW), state.trial.t), rows.x.shape[1:])
        x = quantised(torch.where(rows.mask, noise, rows.x))
        state, adversarial = self._asked(state, x)
        return replace(state, far=x, phase=torch.where(adversarial, BORDER, BEGIN))

    def _border(self, state: HopState) -> HopState:
        """One halving of the way from x to `far`."""
        rows = state.trial.rows
        middle = (state.low + state.high) / 2
        state, adversarial = self._asked(state, quantised(rows.x + middle * (state.far - rows.x)))
        beyond = adversarial[:, None, None, None]
        high = torch.where(beyond, middle, state.high)
        n = state.n + 1
        over = n >= HALVINGS
        return replace(
            state,
            low=torch.where(beyond, state.low, middle),
            high=high,
            z=rows.x + high * (state.far - rows.x),
            n=n.masked_fill(over, 0),
            phase=torch.where(over, NORMAL, BORDER),
            sum_u=state.sum_u * 0,
            sum_phi=state.sum_phi * 0,
            sum_phi_u=state.sum_phi_u * 0,
        )

    def _normal(self, state: HopState) -> HopState:
        """CHUNK labels around z (eq. 9 and 16)."""
        trial, rows = state.trial, state.trial.rows
        b, c, h, w = rows.x.shape
        u = normal(fold(fold(rows.seed, DRAW), trial.t), [CHUNK, c, h, w]) * rows.mask[:, None]
        u = u / torch.linalg.vector_norm(u, dim=(2, 3, 4), keepdim=True).clamp_min(TINY)
        d = c * h * w
        delta = (lengths(state.z - rows.x) / d).clamp_min(math.sqrt(d) / LEVELS)[:, None]
        x = quantised((state.z[:, None] + delta * u).flatten(0, 1))
        every = torch.arange(b, device=x.device).repeat_interleave(CHUNK)
        number = torch.arange(CHUNK, device=x.device).repeat(b)
        said = margin(ask(self.victim, x, fold(trial.key()[every], number)), take(rows, every))
        phi = torch.where(said > TIE, 1.0, -1.0).view(b, CHUNK)
        n = state.n + CHUNK
        over = n >= B0 * state.hop.sqrt()
        passes = self.victim.passes * CHUNK
        asked = replace(trial, t=trial.t + 1, queries=trial.queries + CHUNK, forwards=trial.forwards + passes)
        return replace(
            state,
            trial=asked,
            sum_u=state.sum_u + u.sum(dim=1),
            sum_phi=state.sum_phi + phi.sum(dim=1),
            sum_phi_u=state.sum_phi_u + (phi[:, :, None, None, None] * u).sum(dim=1),
            n=torch.where(over, 0, n),
            phase=torch.where(over, STRIDE, NORMAL),
        )

    def _stride(self, state: HopState) -> HopState:
        """z + xi v, v the estimate without its baseline (eq. 16); else half as far next time."""
        rows, B = state.trial.rows, CHUNK * (B0 * state.hop.sqrt() / CHUNK).ceil()
        v = state.sum_phi_u - (state.sum_phi / B)[:, None, None, None] * state.sum_u
        alike = state.sum_phi.abs()[:, None, None, None] >= B[:, None, None, None]  # the baseline would leave nothing
        v = self.norm.steepest(torch.where(alike, state.sum_phi_u, v))
        xi = lengths(state.z - rows.x) / (state.hop.sqrt() * 2**state.n)[:, None, None, None]
        x = rows.x + boxed(state.z + xi * v - rows.x, rows)
        state, adversarial = self._asked(state, quantised(x))
        n = state.n + 1
        over = adversarial | (n >= STRIDES)
        return replace(
            state,
            far=torch.where(adversarial[:, None, None, None], x, state.z),
            hop=state.hop + over.long(),
            n=n.masked_fill(over, 0),
            low=state.low * 0,
            high=state.high * 0 + 1,
            phase=torch.where(over, BORDER, STRIDE),
        )

    def _asked(self, state: HopState, x: Images) -> tuple[HopState, Mask]:
        trial = state.trial
        logits = ask(self.victim, x, trial.key())
        asked = seen_near(trial, x, logits, self.norm, passes=self.victim.passes, backwards=0)
        return replace(state, trial=asked), margin(logits, trial.rows) > TIE

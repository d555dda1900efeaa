"""Projection: the style that draws an image, found by optimisation (Karras et al. 2020, arXiv:1912.04958, section 5).

Adam on w in units of its spread, with the paper's ramps of the learning rate (appendix D). Its distance is VGG's, ours
that of pixels at every scale, from full size to one pixel; it starts from the mean of w and adds noise, a row here
starts from the nearest of many drawn styles, and keeps the best 8-bit image of all its steps.
"""

from collections.abc import Generator
from dataclasses import dataclass
from math import inf

import torch
import torch.nn.functional as functional
from torch import Tensor

from models.adam import Counts, Moments, adam, unmoved
from models.capabilities import StyleSampler
from models.fidelity import error
from models.lattice import quantised
from models.solver import Mask
from models.tensors import Images, Scores, Style, Styles

DRAWN = 64  # styles to start from
BATCH = 16  # of them, at a time
PEAK = 0.1  # the learning rate, in spreads of w
RISE, FALL = 0.05, 0.25  # shares of the steps in which the rate rises from zero, and falls back

Work = Generator[None, None, "Projector"]


@dataclass(frozen=True)
class Targets:
    """Rows: the image, how many steps its search may take, and the mean squared error it is content with."""

    x: Images
    steps: Counts
    mse: Scores


@dataclass(frozen=True)
class Projection:
    """Where a row stands; `mse` is that of the best style's 8-bit image."""

    rows: Targets
    w: Style
    moments: Moments
    best: Style
    mse: Scores


@dataclass(frozen=True)
class Projected:
    """The best style of a row, its 8-bit image, the error of that image, the steps it took."""

    w: Style
    images: Images
    mse: Scores
    steps: Counts


@dataclass(frozen=True)
class Projector:
    """The solver. `drawn` are styles, `seen` what they show, `spread` the deviation of each of w's numbers."""

    network: StyleSampler
    drawn: Style
    seen: Images
    spread: Tensor

    def start(self, rows: Targets) -> Projection:
        """At the drawn style whose image is nearest."""
        nearest = [int(distance(self.seen, x.expand_as(self.seen)).argmin()) for x in rows.x.split(1)]
        w = self.drawn[nearest]
        return Projection(rows, w, unmoved(w), w, torch.full_like(rows.mse, inf))

    def step(self, state: Projection) -> Projection:
        """A look at where the row is, then a step of Adam from there."""
        rows = state.rows
        with torch.inference_mode(False), torch.enable_grad():
            w = state.w.detach().clone().requires_grad_()
            images = self.network.synthesise(every_layer(w, self.network.layers))
            (gradient,) = torch.autograd.grad(distance(images, rows.x).sum(), w)
        mse = error(quantised(images.detach()), rows.x)
        better = mse < state.mse
        moments, step = adam(state.moments, gradient * self.spread)
        moved = state.w - rate(state.moments.t, rows.steps)[:, None] * self.spread * step
        best = torch.where(better[:, None], state.w, state.best)
        return Projection(rows, moved, moments, best, torch.where(better, mse, state.mse))

    def done(self, state: Projection) -> Mask:
        """Near enough, or out of steps."""
        return (state.mse <= state.rows.mse) | (state.moments.t >= state.rows.steps)

    def result(self, state: Projection) -> Projected:
        """The best style's image, once more."""
        images = quantised(self.network.synthesise(every_layer(state.best, self.network.layers)))
        return Projected(state.best, images, state.mse, state.moments.t)


def preparing(network: StyleSampler, *, seed: int, device: torch.device) -> Work:
    """The solver over the styles of a seed; yields between batches, for those who have other things to do."""
    z = network.prior.draw(seed=seed, rows=range(DRAWN)).to(device)
    w = torch.cat([network.style(part, part.new_ones(len(part))) for part in z.split(BATCH)])
    seen = []
    for part in w.split(BATCH):
        yield
        seen.append(network.synthesise(every_layer(part, network.layers)))
    return Projector(network, w, torch.cat(seen), w.std(dim=0))


def every_layer(w: Style, layers: int) -> Styles:
    """b s -> b l s."""
    return w[:, None].expand(-1, layers, -1)


def distance(x: Images, y: Images) -> Scores:
    """The squared difference averaged over pixels, summed over scales, each half of the one before."""
    difference, total = x - y, x.new_zeros(len(x))
    while True:
        total = total + difference.square().mean(dim=(1, 2, 3))
        if min(difference.shape[2:]) < 2:
            return total
        difference = functional.avg_pool2d(difference, 2)


def rate(t: Counts, steps: Counts) -> Scores:
    """The learning rate of a row's step: up linearly, down a half cosine."""
    progress = t / steps
    rise = ((progress + 1 / steps) / RISE).clamp(max=1)
    fall = ((1 - progress) / FALL).clamp(max=1)
    return PEAK * rise * (0.5 - 0.5 * torch.cos(fall * torch.pi))

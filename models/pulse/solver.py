"""PULSE as a Solver (Menon et al. 2020, arXiv:2003.03808, sections 3 and 4; settings of the authors' code).

Minimises 100 ||DS(G(v)) - x||^2 (mean over pixels) + .05 GEOCROSS by Adam, every vector brought back to its sphere
after each step. Unlike that code, every row is judged by itself: it keeps its best iterate, and is done as soon as the
8-bit image of one comes near enough to x.
"""

from dataclasses import dataclass
from math import inf

import torch
from torch import Tensor

from models.adam import Counts, Moments, adam, unmoved
from models.fidelity import error
from models.lattice import quantised
from models.pulse.downscale import downscaled
from models.pulse.space import Space, projected
from models.solver import Mask
from models.tensors import Codes, Images, Latents, Scores, Styles

LAMBDA_L2, LAMBDA_GEOCROSS = 100.0, 0.05
PEAK = 0.4  # the learning rate in the middle of a search
DROP = 0.9  # where the rate falls from a tenth of it to a thousandth


@dataclass(frozen=True)
class Searches:
    """Rows: the small image, where the search starts, how many steps it may take, and the error it is content with."""

    x: Images
    v: Latents
    told: Codes
    steps: Counts
    mse: Scores


@dataclass(frozen=True)
class Search:
    """Where a row stands."""

    rows: Searches
    v: Latents
    moments: Moments
    best: Latents
    mse: Scores  # of the 8-bit image of the best


@dataclass(frozen=True)
class Found:
    """The best of a row: the point, its 8-bit image, the error of that image downscaled, the steps it took."""

    v: Latents
    told: Codes
    images: Images
    mse: Scores
    steps: Counts


@dataclass(frozen=True)
class PULSE:
    """The search in one space."""

    space: Space
    peak: float = PEAK

    def start(self, rows: Searches) -> Search:
        """On the spheres."""
        v = projected(rows.v, self.space.spheres)
        return Search(rows, v, unmoved(v), v, torch.full_like(rows.mse, inf))

    def step(self, state: Search) -> Search:
        """A look at where the row is, then a step of Adam from there."""
        rows, size = state.rows, state.rows.x.shape[2:]
        with torch.inference_mode(False), torch.enable_grad():
            v = state.v.detach().clone().requires_grad_()
            images = self.space.images(v, rows.told)
            loss = LAMBDA_L2 * error(downscaled(images, *size), rows.x)
            if (styles := self.space.styles(v)) is not None:
                loss = loss + LAMBDA_GEOCROSS * geocross(styles)
            (gradient,) = torch.autograd.grad(loss.sum(), v)
        mse = error(quantised(downscaled(quantised(images.detach()), *size)), rows.x)
        better = mse < state.mse
        moments, step = adam(state.moments, gradient)
        lr = rate(state.moments.t, rows.steps, self.peak)
        moved = projected(state.v - lr[:, None] * step, self.space.spheres)
        best = torch.where(better[:, None], state.v, state.best)
        return Search(rows, moved, moments, best, torch.where(better, mse, state.mse))

    def done(self, state: Search) -> Mask:
        """Near enough, or out of steps."""
        return (state.mse <= state.rows.mse) | (state.moments.t >= state.rows.steps)

    def result(self, state: Search) -> Found:
        """The best iterate's image, once more."""
        images = quantised(self.space.images(state.best, state.rows.told))
        return Found(state.best, state.rows.told, images, state.mse, state.moments.t)


def geocross(styles: Styles) -> Scores:
    """How far an image's styles lie apart: the mean over all pairs of d times the squared geodesic, over 8.

    The geodesic of unit vectors: 2 atan2(||x - y||, ||x + y||); of w as it is, in the authors' code.
    """
    x, y = styles[:, :, None].double(), styles[:, None].double()
    pairs = 2 * torch.atan2(length(x - y), length(x + y))
    loss: Tensor = (pairs.square() * styles.shape[2]).mean(dim=(1, 2)) / 8
    return loss.float()


def length(x: Tensor) -> Tensor:
    """The norm over the last dimension, with a gradient of zero at zero."""
    square = x.square().sum(dim=-1)
    zero = square == 0
    return torch.where(zero, 0.0, torch.where(zero, 1.0, square).sqrt())


def rate(t: Counts, steps: Counts, peak: float) -> Scores:
    """The authors' `linear1cycledrop`: up to the peak, back to a tenth, and a thousandth at the end."""
    x = t.double() / steps
    cycle = (9 * (1 - (x / DROP - 0.5).abs() * 2) + 1) / 10
    drop = 0.1 + (x - DROP) / (1 - DROP) * (1 / 1000 - 0.1)
    rates: Tensor = (peak * torch.where(x < DROP, cycle, drop)).float()
    return rates

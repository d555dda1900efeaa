"""Balls in L-inf and L2: the steepest step, the way back into the ball, a random start, and the 8-bit image inside."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from models.attacks.rows import Rows, radius
from models.lattice import quantised, steps_between
from models.streams import Keys, fold, normal, uniform
from models.tensors import Images, Scores

TINY = 1e-12  # the length of a gradient that is none
HALVINGS = 12  # of the L2 length, when rounding has left the ball


@runtime_checkable
class Norm(Protocol):
    """A norm on images, row by row."""

    @property
    def name(self) -> str:
        """How it is called: linf, l2."""

    def length(self, delta: Images) -> Scores:
        """The norm, in units of delta."""

    def steepest(self, gradient: Images) -> Images:
        """The step of norm one along which a linear loss grows most; none where there is no gradient."""

    def project(self, delta: Images, rows: Rows) -> Images:
        """The nearest perturbation in the ball that keeps x + delta in [0, 1] and untouched pixels untouched."""

    def start(self, rows: Rows, key: Keys) -> Images:
        """A perturbation drawn uniformly from the ball."""

    def round(self, delta: Images, rows: Rows) -> Images:
        """The 8-bit image next to x + delta, in the ball to the last step of 1/255."""


def lengths(delta: Images) -> Tensor:
    """The L2 norm of each row, b 1 1 1."""
    norms: Tensor = torch.linalg.vector_norm(delta, dim=(1, 2, 3), keepdim=True)
    return norms


def boxed(delta: Images, rows: Rows) -> Images:
    """The perturbation where pixels may change, cut so that the image stays an image."""
    return ((rows.x + delta).clamp(0, 1) - rows.x) * rows.mask


@dataclass(frozen=True)
class Linf:
    """max |delta|."""

    name: str = "linf"

    def length(self, delta: Images) -> Scores:
        """The largest change of a value."""
        return delta.flatten(1).abs().amax(dim=1)

    def steepest(self, gradient: Images) -> Images:
        """The sign."""
        return gradient.sign()

    def project(self, delta: Images, rows: Rows) -> Images:
        """Value by value."""
        eps = radius(rows)
        return boxed(delta.clamp(-eps, eps), rows)

    def start(self, rows: Rows, key: Keys) -> Images:
        """Uniform in the cube."""
        return self.project((2 * uniform(key, rows.x.shape[1:]) - 1) * radius(rows), rows)

    def round(self, delta: Images, rows: Rows) -> Images:
        """To nearest: eps is whole and x an 8-bit image, so this cannot leave the ball."""
        return quantised(rows.x + self.project(delta, rows))


@dataclass(frozen=True)
class L2:
    """sqrt(sum delta^2)."""

    name: str = "l2"

    def length(self, delta: Images) -> Scores:
        """The Euclidean length."""
        return lengths(delta).flatten()

    def steepest(self, gradient: Images) -> Images:
        """The gradient, of length one."""
        # two divisions: a gradient of 1e-30 still has a direction, which its squares have lost
        scaled = gradient / gradient.flatten(1).abs().amax(dim=1).clamp_min(1e-35).view(-1, 1, 1, 1)
        return scaled / lengths(scaled).clamp_min(TINY)

    def project(self, delta: Images, rows: Rows) -> Images:
        """Shortened; cutting to [0, 1] afterwards only shortens it further."""
        delta = delta * rows.mask
        return boxed(delta * (radius(rows) / lengths(delta).clamp_min(TINY)).clamp(max=1), rows)

    def start(self, rows: Rows, key: Keys) -> Images:
        """Uniform in the ball: a normal direction, a length that is the d-th root of a uniform number."""
        shape = rows.x.shape[1:]
        share = uniform(fold(key, 1), [1, 1, 1]).double() ** (1 / shape.numel())
        return self.project(self.steepest(normal(key, shape)) * radius(rows) * share.float(), rows)

    def round(self, delta: Images, rows: Rows) -> Images:
        """To nearest; where that leaves the ball, the longest shorter perturbation, by halving, that does not."""
        delta = self.project(delta, rows)
        low, high = torch.zeros_like(radius(rows)), torch.ones_like(radius(rows))
        best = quantised(rows.x + delta)
        inside = self.inside(best, rows)
        if bool(inside.all()):
            return best
        best = torch.where(inside, best, rows.x)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            image = quantised(rows.x + middle * delta)
            fits = self.inside(image, rows)
            best = torch.where(fits & ~inside, image, best)
            low, high = torch.where(fits, middle, low), torch.where(fits, high, middle)
        return best

    def inside(self, image: Images, rows: Rows) -> Tensor:
        """Whether an 8-bit image is in the ball: whole numbers, so that no rounding decides. b 1 1 1."""
        squares = steps_between(rows.x, image).double().square().flatten(1).sum(dim=1)
        return (squares <= rows.eps.double().square()).view(-1, 1, 1, 1)


LINF, L2_NORM = Linf(), L2()
NORMS: tuple[Norm, ...] = (LINF, L2_NORM)

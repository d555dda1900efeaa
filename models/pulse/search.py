"""A whole search: from the nearest of many starts, and again from others where that was not enough.

A look at a start is a forward pass of a small batch, a third of a step; a start that shows another digit costs a whole
search. And most images are found from their first start, nearly all of them from a guess: so the others wait until it
has failed.
"""

from collections.abc import Generator
from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Int
from torch import Tensor

from models.capabilities import LatentFinder
from models.fidelity import error
from models.lattice import quantised
from models.pulse.downscale import downscaled
from models.pulse.guess import point_of
from models.pulse.solver import PULSE, Found, Searches
from models.pulse.space import Space
from models.solver import join, solve
from models.tensors import Codes, Images, Latents, Scores

LOOKS = 16  # points looked at at once
CANDIDATES = 64  # points looked at for each image before any is searched from


@dataclass(frozen=True)
class Budget:
    """For each image: searches until `enough` of them came within `mse`, `restarts` at most, of so many steps each.

    `mse` is one for all images, or one for each.
    """

    restarts: int
    enough: int
    steps: int
    mse: float | Scores
    candidates: int = CANDIDATES


@dataclass(frozen=True)
class Wave:
    """Searches to make side by side, and which image each is for."""

    searches: Searches
    images: Int[Tensor, " b"]


@dataclass(frozen=True)
class Starts:
    """Points of the space, and for each image their order, the nearest first."""

    v: Latents
    told: Codes
    nearest: Int[Tensor, "i k"]


@dataclass(frozen=True)
class Results:
    """Every search that was made, and which image each was for."""

    found: Found
    images: Int[Tensor, " b"]

    def of(self, image: int) -> Tensor:
        """The rows of one image, the nearest first."""
        rows = (self.images == image).nonzero()[:, 0]
        ordered: Tensor = rows[self.found.mse[rows].argsort(stable=True)]
        return ordered


def searching(
    space: Space, x: Images, *, seed: int, budget: Budget, finder: LatentFinder | None = None
) -> Generator[Wave | None, Found | None, Results]:
    """Yields None between two looks, and waves of searches, whose results it is sent.

    The starts are the same for every image, so each is searched for as if it came alone. A finder's guess comes before
    them, and they are not even looked at while guesses are enough.
    """
    mse = torch.as_tensor(budget.mse, dtype=x.dtype, device=x.device).expand(len(x))
    left = torch.arange(len(x), device=x.device)
    reached = torch.zeros_like(left)
    found: list[Found] = []
    owners: list[Tensor] = []
    starts: Starts | None = None
    guesses = 0 if finder is None else 1
    for first, last in pairwise(sorted({0, guesses, budget.enough, budget.restarts})):
        if not len(left):
            break
        if last <= guesses:
            assert finder is not None  # noqa: S101 - there are no guesses without one
            yield None
            v, told = (part.to(x) for part in point_of(space, finder.find(x[left])))
        else:
            starts = starts or (yield from looking(space, x, seed=seed, budget=budget))
            chosen = starts.nearest[left, first - guesses : last - guesses].flatten()
            v, told = starts.v[chosen], starts.told[chosen]
        owner = left.repeat_interleave(last - first)
        steps = torch.full((len(owner),), budget.steps, device=x.device)
        came = yield Wave(Searches(x=x[owner], v=v, told=told, steps=steps, mse=mse[owner]), owner)
        assert came is not None  # noqa: S101 - whoever takes searches sends what they came to
        found.append(came)
        owners.append(owner)
        reached = reached.index_add(0, owner, (came.mse <= mse[owner]).to(reached))
        left = left[reached[left] < budget.enough]
    return Results(join(found), torch.cat(owners))


def looking(space: Space, x: Images, *, seed: int, budget: Budget) -> Generator[None, None, Starts]:
    """Looks at points of the space, and puts them in order for each image."""
    v, told = (part.to(x) for part in space.start(seed=seed, rows=range(max(budget.candidates, budget.restarts))))
    seen = []
    for some, codes in zip(v.split(LOOKS), told.split(LOOKS), strict=True):
        yield None
        seen.append(downscaled(quantised(space.images(some, codes)), *x.shape[2:]))
    small = torch.cat(seen)
    return Starts(v, told, torch.stack([error(small, image.expand_as(small)).argsort(stable=True) for image in x]))


def search(
    space: Space, x: Images, *, seed: int, budget: Budget, batch: int, finder: LatentFinder | None = None
) -> Results:
    """The same in a plain loop."""
    work, came = searching(space, x, seed=seed, budget=budget, finder=finder), None
    while True:
        try:
            wave = work.send(came)
        except StopIteration as end:
            results: Results = end.value
            return results
        came = None if wave is None else solve(PULSE(space), wave.searches, batch=batch)

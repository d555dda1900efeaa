"""A whole search: from the nearest of many starts, and again from others where that was not enough.

A look at a start is a forward pass of a small batch, a third of a step; a start that shows another digit costs a whole
search. And most images are found from their first start: so the others wait until it has failed.
"""

from collections.abc import Generator
from dataclasses import dataclass

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
from models.tensors import Images, Scores

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

    The starts are the same for every image, so each is searched for as if it came alone. With a finder, its guess comes
    before them.
    """
    v, told = (part.to(x) for part in space.start(seed=seed, rows=range(max(budget.candidates, budget.restarts))))
    seen = []
    for some, codes in zip(v.split(LOOKS), told.split(LOOKS), strict=True):
        seen.append(downscaled(quantised(space.images(some, codes)), *x.shape[2:]))
        yield None
    if finder is not None:
        guess = [part.to(x) for part in point_of(space, finder.find(x))]
        v, told = torch.cat([v, guess[0]]), torch.cat([told, guess[1]])
        yield None
    small = torch.cat(seen)
    nearest = torch.stack([error(small, image.expand_as(small)).argsort(stable=True) for image in x])
    if finder is not None:
        own = len(small) + torch.arange(len(x), device=x.device)
        nearest = torch.cat([own[:, None], nearest], dim=1)
    found: list[Found] = []
    owners: list[Tensor] = []
    left = torch.arange(len(x), device=x.device)
    mse = torch.as_tensor(budget.mse, dtype=x.dtype, device=x.device).expand(len(x))
    for first, last in ((0, budget.enough), (budget.enough, budget.restarts)):
        if first == last or not len(left):
            continue
        starts, owner = nearest[left, first:last].flatten(), left.repeat_interleave(last - first)
        rows = len(starts)
        searches = Searches(
            x=x[owner],
            v=v[starts],
            told=told[starts],
            steps=torch.full((rows,), budget.steps, device=x.device),
            mse=mse[owner],
        )
        came = yield Wave(searches, owner)
        assert came is not None  # noqa: S101 - whoever takes searches sends what they came to
        found.append(came)
        owners.append(owner)
        reached = came.mse.view(len(left), -1) <= mse[left, None]
        left = left[reached.sum(dim=1) < budget.enough]
    return Results(join(found), torch.cat(owners))


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

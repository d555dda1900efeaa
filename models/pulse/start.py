"""Where searches start: the likeliest of many points, looked at but not searched from.

A look is a forward pass of a small batch, a third of a step; a start that shows another digit costs a whole search.
"""

from collections.abc import Generator

import torch

from models.lattice import quantised
from models.pulse.downscale import downscaled, error
from models.pulse.solver import Searches
from models.pulse.space import Space
from models.tensors import Images

LOOKS = 16  # points looked at at once


def starting(
    space: Space, x: Images, *, seed: int, restarts: int, candidates: int, steps: int, mse: float
) -> Generator[None, None, Searches]:
    """`restarts` rows for each small image, image by image: the nearest of `candidates` points of the seed.

    The points are the same for every image, so an image is searched for as if it came alone. Yields between batches.
    """
    v, told = (part.to(x) for part in space.start(seed=seed, rows=range(candidates)))
    seen = []
    for some, codes in zip(v.split(LOOKS), told.split(LOOKS), strict=True):
        seen.append(downscaled(quantised(space.images(some, codes)), *x.shape[2:]))
        yield
    small = torch.cat(seen)
    far = torch.stack([error(small, image.expand_as(small)) for image in x])
    nearest = far.argsort(dim=1, stable=True)[:, :restarts].flatten()
    rows = len(nearest)
    return Searches(
        x=x.repeat_interleave(restarts, dim=0),
        v=v[nearest],
        told=told[nearest],
        steps=torch.full((rows,), steps, device=x.device),
        mse=torch.full((rows,), mse, device=x.device),
    )

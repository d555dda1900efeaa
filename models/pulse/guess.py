"""A latent finder's numbers as a point of a space: those of its vectors, then a score for each value of each code."""

import torch
import torch.nn.functional as functional
from torch import Tensor

from models.codes import Code
from models.priors import CodedPrior
from models.pulse.space import LatentSpace, Space, StyleSpace, projected
from models.streams import keys, normal
from models.tensors import Codes, Guesses, Latents


def numbers_of(space: Space) -> tuple[int, int]:
    """How many a guess has for the vectors, and for the codes. One style is guessed for all layers, and no noise."""
    if isinstance(space, StyleSpace):
        return len(space.mean), 0
    assert isinstance(space, LatentSpace)  # noqa: S101 - there are two kinds
    return sum(space.spheres), sum(code.width for code in codes_of(space))


def codes_of(space: Space) -> tuple[Code, ...]:
    """Those of a sampler that has any."""
    prior = space.network.prior if isinstance(space, LatentSpace) else None
    return prior.codes if isinstance(prior, CodedPrior) else ()


def point_of(space: Space, numbers: Guesses) -> tuple[Latents, Codes]:
    """b columns -> points on the spheres, each code the value of the highest score."""
    vectors, _ = numbers_of(space)
    v: Tensor = numbers[:, :vectors]
    if isinstance(space, StyleSpace):
        v = v.repeat(1, space.network.layers)
        if space.noise:
            v = torch.cat([v, normal(keys(0, [0] * len(v)), (space.network.noise.shape[1],)).to(v)], dim=1)
    told, start = [numbers[:, :0]], vectors
    for code in codes_of(space):
        scores = numbers[:, start : start + code.width]
        told.append(functional.one_hot(scores.argmax(dim=1), code.width).to(v) if code.values else scores.clamp(-1, 1))
        start += code.width
    return projected(v, space.spheres), torch.cat(told, dim=1)

"""Random numbers without a generator's state: each is a function of its row's key and of its place in the row.

Counter-based streams: Salmon et al. 2011, doi:10.1145/2063384.2063405. The mixing is SplitMix64's (Steele, Lea and
Flood 2014, doi:10.1145/2660193.2660195), in int64 that wraps around: a row has the same bits in any batch, on any
device, and may be drawn again at any step.
"""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float, Int64
from torch import Tensor

Keys = Int64[Tensor, " b"]

GOLDEN = 0x9E3779B97F4A7C15 - 2**64  # 2^64 over the golden ratio, as SplitMix64 steps
FIRST, SECOND = 0xBF58476D1CE4E5B9 - 2**64, 0x94D049BB133111EB - 2**64
FRACTION = 24  # bits of a float32 in [0, 1)


def shifted(x: Tensor, places: int) -> Tensor:
    """x >> places, without the sign: zeros come in on the left."""
    kept: Tensor = (x >> places) & (2 ** (64 - places) - 1)
    return kept


def mixed(x: Tensor) -> Tensor:
    """Every bit of x in every bit of the result."""
    x = (x ^ shifted(x, 30)) * FIRST
    x = (x ^ shifted(x, 27)) * SECOND
    return x ^ shifted(x, 31)


def keys(seed: int, rows: Sequence[int]) -> Keys:
    """One key a row of a seed."""
    return fold(torch.full((len(rows),), seed, dtype=torch.int64), torch.tensor(rows, dtype=torch.int64))


def fold(key: Keys, number: int | Tensor) -> Keys:
    """The key of a stream within the stream: of a step, a purpose, a repetition."""
    places = torch.as_tensor(number, dtype=torch.int64, device=key.device)  # a Python integer would not wrap around
    return mixed(mixed(key + GOLDEN) + (places * GOLDEN + SECOND))


def bits(key: Keys, n: int) -> Int64[Tensor, "b n"]:
    """The first n outputs of SplitMix64 seeded with each key."""
    places = torch.arange(1, n + 1, device=key.device)
    return mixed(key[:, None] + places * GOLDEN)


def uniform(key: Keys, shape: Sequence[int]) -> Float[Tensor, "b ..."]:
    """b x shape numbers in [0, 1), multiples of 2^-24."""
    drawn = shifted(bits(key, math.prod(shape)), 64 - FRACTION)
    numbers: Tensor = drawn.float() / 2**FRACTION
    return numbers.view(len(key), *shape)


def normal(key: Keys, shape: Sequence[int]) -> Float[Tensor, "b ..."]:
    """b x shape numbers of N(0, 1), by Box and Muller.

    In float64 until the end: a logarithm may differ in its last bit with its place in a batch, a rounded one does not.
    """
    n = math.prod(shape)
    u, v = (shifted(bits(key, 2 * n), 11).double() / 2**53).chunk(2, dim=1)
    drawn = (-2 * torch.log1p(-u)).sqrt() * torch.cos(2 * math.pi * v)
    return drawn.float().view(len(key), *shape)

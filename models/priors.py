"""The distributions that latents are drawn from.

Row i of a seed is its own stream: Philox (Salmon et al. 2011) keyed by (seed, i). So image 3 of a request is the same
image whether 4 or 4,000 were asked for, on any device, whoever else is in the batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch

from models.codes import Code, code_named
from models.errors import LatentInvalid
from models.tensors import Latents

MAX_SEED = 2**53 - 1  # the largest integer that JSON readers in JavaScript keep exact


def stream(seed: int, row: int) -> np.random.Generator:
    """The random stream of one row. Raises LatentInvalid when the seed is outside 0..2^53 - 1."""
    if not 0 <= seed <= MAX_SEED:
        raise LatentInvalid(f"seed is {seed}; it must lie in 0..{MAX_SEED}")
    return np.random.Generator(np.random.Philox(key=np.array([seed, row], dtype=np.uint64)))


@runtime_checkable
class Prior(Protocol):
    """A distribution of latents. The first `dim` columns are noise, which truncation contracts; codes follow."""

    @property
    def dim(self) -> int:
        """The number of columns that are noise."""

    def draw(self, *, seed: int, rows: Sequence[int]) -> Latents:
        """The latents of these rows of a seed: float32, on the CPU."""


@dataclass(frozen=True)
class NormalPrior:
    """z ~ N(0, I) in `dim` dimensions."""

    dim: int

    def draw(self, *, seed: int, rows: Sequence[int]) -> Latents:
        """The latents of these rows of a seed: float32, len(rows) x dim, on the CPU."""
        drawn = [stream(seed, row).standard_normal(self.dim, dtype=np.float32) for row in rows]
        return torch.from_numpy(np.stack(drawn) if drawn else np.empty((0, self.dim), dtype=np.float32))


@dataclass(frozen=True)
class CodedPrior:
    """z ~ N(0, I) in `dim` dimensions, then the columns of each code, drawn by its shares."""

    dim: int
    codes: tuple[Code, ...]

    def draw(self, *, seed: int, rows: Sequence[int]) -> Latents:
        """The latents of these rows of a seed: float32, len(rows) x (dim + the codes' widths), on the CPU."""
        ends = np.cumsum([self.dim, *(code.width for code in self.codes)]).tolist()
        drawn = np.zeros((len(rows), ends[-1]), np.float32)
        for row, z in zip(rows, drawn, strict=True):
            random = stream(seed, row)
            random.standard_normal(dtype=np.float32, out=z[: self.dim])
            for code, start, end in zip(self.codes, ends, ends[1:], strict=False):
                code.draw(random, z[start:end])
        return torch.from_numpy(drawn)

    def columns(self, name: str) -> slice:
        """Where a code lies in the latent. Raises CodeUnknown."""
        before = self.codes[: self.codes.index(code_named(self.codes, name))]
        start = self.dim + sum(code.width for code in before)
        return slice(start, start + code_named(self.codes, name).width)

    def choose(self, z: Latents, chosen: Mapping[str, Sequence[str | int | float]]) -> Latents:
        """A copy of z whose named codes are these, one value a row. Raises CodeUnknown or CodeInvalid."""
        z = z.clone()
        for name, values in chosen.items():
            if len(values) != len(z):
                raise LatentInvalid(f"{name} has {len(values)} values for {len(z)} rows")
            z[:, self.columns(name)] = code_named(self.codes, name).rows(values).to(z)
        return z


def contract(z: Latents, psi: torch.Tensor, *, dim: int) -> Latents:
    """Truncation: the first `dim` columns drawn towards the mode of the prior by each row's psi; codes stay."""
    return torch.cat([z[:, :dim] * psi[:, None], z[:, dim:]], dim=1)

"""Codes: the named parts of a latent that a user may choose, such as a digit's class or a face's glasses.

A conditional GAN's labels and attributes (Mirza and Osindero 2014, arXiv:1411.1784) and InfoGAN's c (Chen et al. 2016,
arXiv:1606.03657) are the same thing to who draws from them: columns of the latent behind the noise z.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from models.errors import CodeInvalid, CodeUnknown
from models.tensors import Latents

LOW, HIGH = -1.0, 1.0  # of a continuous code


@dataclass(frozen=True)
class Code:
    """One of `values`, held as a one-hot row; without values a number in [-1, 1], held as itself.

    `shares` are the probabilities of the values where nobody chooses; equal ones where there are none.
    """

    name: str
    values: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()

    @property
    def width(self) -> int:
        """How many columns of the latent it takes."""
        return len(self.values) or 1

    @cached_property
    def edges(self) -> list[float]:
        """The cumulative shares of the values."""
        edges: list[float] = np.cumsum(self.shares or [1 / len(self.values)] * len(self.values)).tolist()
        return edges

    def draw(self, random: np.random.Generator, columns: NDArray[np.float32]) -> None:
        """Writes one row at random into these columns, which are zero."""
        if self.values:
            index = bisect_right(self.edges, random.uniform(0, self.edges[-1]))
            columns[min(index, len(self.values) - 1)] = 1
        else:
            columns[0] = random.uniform(LOW, HIGH)

    def rows(self, chosen: Sequence[str | int | float]) -> Latents:
        """The columns of what was chosen for each row. Raises CodeInvalid, naming what there is to choose."""
        if self.values:
            return torch.eye(self.width)[[self.index(value) for value in chosen]]
        return torch.tensor([[self.number(value)] for value in chosen], dtype=torch.float32).reshape(-1, 1)

    def index(self, value: str | int | float) -> int:
        """Where a value stands among the values; 7 means "7"."""
        name = str(value)
        if name not in self.values:
            raise CodeInvalid(f"{self.name} is {value!r}; it must be one of {', '.join(self.values)}")
        return self.values.index(name)

    def number(self, value: str | int | float) -> float:
        """A value that lies in [-1, 1]."""
        if isinstance(value, str) or not LOW <= value <= HIGH:  # a NaN fails this as well
            raise CodeInvalid(f"{self.name} is {value!r}; it must be a number in [{LOW:g}, {HIGH:g}]")
        return float(value)


def code_named(codes: Sequence[Code], name: str) -> Code:
    """The code of this name. Raises CodeUnknown, naming those there are."""
    for code in codes:
        if code.name == name:
            return code
    raise CodeUnknown(f"no code is named {name!r}; known: {', '.join(code.name for code in codes) or 'none'}")

"""The targets: mixtures of narrow Gaussians in the plane.

The ring is that of Metz et al. 2017 (arXiv:1611.02163), with all eight modes: its authors' notebook places them from 0
to 2 pi with both ends, so that two coincide. The grid is that of Srivastava et al. 2017 (VEEGAN, arXiv:1705.07761) and
Lin et al. 2018 (PacGAN, arXiv:1712.04086).
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

Points = Float[Tensor, "n 2"]


@dataclass(frozen=True)
class Mixture:
    """Gaussians of one width, all equally likely."""

    id: str
    title: str
    paper: str
    modes: tuple[tuple[float, float], ...]
    sigma: float

    @property
    def centres(self) -> Points:
        """The modes, one a row."""
        return torch.tensor(self.modes)

    @property
    def extent(self) -> float:
        """Half the side of a square around the origin that holds all modes, with a margin of a quarter."""
        return 1.25 * max(abs(value) for mode in self.modes for value in mode)

    def sample(self, n: int, generator: torch.Generator) -> Points:
        """n points."""
        which = torch.randint(len(self.modes), (n,), generator=generator)
        return self.centres[which] + self.sigma * torch.randn(n, 2, generator=generator)


def ring(k: int, *, radius: float) -> tuple[tuple[float, float], ...]:
    """k points on a circle, the last one a step before the first."""
    angles = [2 * math.pi * i / k for i in range(k)]
    return tuple((radius * math.cos(angle), radius * math.sin(angle)) for angle in angles)


def grid(side: int, *, spacing: float) -> tuple[tuple[float, float], ...]:
    """side x side points around the origin."""
    ticks = [spacing * (i - (side - 1) / 2) for i in range(side)]
    return tuple((x, y) for y in ticks for x in ticks)


MIXTURES: tuple[Mixture, ...] = (
    Mixture("ring-8", "Eight Gaussians on a ring", "arXiv:1611.02163", ring(8, radius=2.0), 0.02),
    Mixture("grid-25", "Twenty-five Gaussians on a grid", "arXiv:1705.07761", grid(5, spacing=2.0), 0.05),
)

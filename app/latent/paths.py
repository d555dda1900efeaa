"""The way from latent to latent.

Noise goes along the great circle (slerp: Shoemake 1985, Animating rotation with quaternion curves; for latents White
2016, arXiv:1609.04468): a straight line would lead through the middle, where a normal prior has next to nothing. Codes
go straight.
"""

from bisect import bisect_right
from dataclasses import dataclass
from math import acos, pi, sin

import torch

from models.tensors import Latents

PARALLEL = 1e-6  # radians from 0 or pi: there the circle is a line, or any circle


@dataclass(frozen=True)
class Path:
    """From endpoint to endpoint, e d, in so many frames. The first `dim` columns are noise."""

    endpoints: Latents
    frames: int
    dim: int

    @property
    def stops(self) -> list[int]:
        """The frame of each endpoint: spread evenly, rounded to nearest."""
        legs = len(self.endpoints) - 1
        return [(2 * i * (self.frames - 1) + legs) // (2 * legs) for i in range(legs + 1)]

    def latents(self, frames: range) -> Latents:
        """The latents of these frames. One at a time, so that no frame depends on which others are asked for."""
        return torch.cat([self.latent(frame) for frame in frames])

    def latent(self, frame: int) -> Latents:
        """The latent of one frame, 1 d; at a stop exactly its endpoint."""
        stops = self.stops
        leg = min(bisect_right(stops, frame), len(stops) - 1) - 1
        t = (frame - stops[leg]) / (stops[leg + 1] - stops[leg])
        a, b = self.endpoints[leg].double(), self.endpoints[leg + 1].double()
        noise = slerp(a[: self.dim], b[: self.dim], t)
        codes = (1 - t) * a[self.dim :] + t * b[self.dim :]
        return torch.cat([noise, codes]).float()[None]


def slerp(a: torch.Tensor, b: torch.Tensor, t: float) -> torch.Tensor:
    """sin((1 - t) W) / sin(W) a + sin(t W) / sin(W) b, W being the angle between a and b."""
    lengths = float(a.norm() * b.norm())
    angle = acos(max(-1.0, min(1.0, float(a @ b) / lengths))) if lengths else 0.0
    if not PARALLEL < angle < pi - PARALLEL:
        return (1 - t) * a + t * b
    return (sin((1 - t) * angle) * a + sin(t * angle) * b) / sin(angle)

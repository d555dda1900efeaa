"""Where PULSE searches: on spheres in the latent space, where nearly all of a Gaussian lies.

A point is a row of numbers, one sphere behind the other, the radius of each the square root of its dimension. A plain
sampler has one sphere, its noise. A style-based one has a sphere for each layer's style, mapped to w as in the
authors' code: leaky rectifier(5) of w is nearly Gaussian, so v is scaled and shifted to its mean and spread, and then
rectified; and, if asked, one more for the noise of all layers. That code starts from random points on the spheres, a
layer apart from the others; they show worn-out mixtures wherever w is less than Gaussian, as it is where G was told
attributes. Here searches start from styles that the generator draws itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Protocol, runtime_checkable

import torch
import torch.nn.functional as functional
from torch import Tensor

from models.capabilities import Sampler, StyleSampler
from models.streams import keys, normal
from models.tensors import Codes, Images, Latents, Style, Styles

SLOPE = 0.2  # of the rectifier behind the mapping network
FITTED = 10_000  # latents that the spread of w is measured on


@runtime_checkable
class Space(Protocol):
    """Latents on spheres, and what they show."""

    @property
    def spheres(self) -> tuple[int, ...]:
        """The dimension of each vector."""

    def start(self, *, seed: int, rows: Sequence[int]) -> tuple[Latents, Codes]:
        """Points on the spheres, and what goes with them and is not searched: the codes of a sampler that has any."""

    def images(self, v: Latents, told: Codes) -> Images:
        """What points show."""

    def styles(self, v: Latents) -> Styles | None:
        """What the geodesic cross loss holds together: an image's styles. None where it has but one."""


def projected(v: Latents, spheres: Sequence[int]) -> Latents:
    """Every vector brought to its sphere."""
    parts = [(part * (sqrt(d) / length_of(part))).float() for part, d in split(v.double(), spheres)]
    return torch.cat(parts, dim=1)


def length_of(v: Tensor) -> Tensor:
    """b d -> b 1. In float64: a sum may differ in its last bit with its place in a batch, a rounded one does not."""
    length: Tensor = v.double().norm(dim=1, keepdim=True).clamp_min(1e-12)
    return length


def split(v: Latents, spheres: Sequence[int]) -> list[tuple[Tensor, int]]:
    """The vectors, each with its dimension."""
    return list(zip(v.split(list(spheres), dim=1), spheres, strict=True))


def off_sphere(v: Latents, spheres: Sequence[int]) -> Tensor:
    """b: the largest |norm / radius - 1| of a row's vectors."""
    ratios = [length_of(part)[:, 0] / sqrt(d) for part, d in split(v, spheres)]
    worst: Tensor = (torch.stack(ratios) - 1).abs().amax(dim=0)
    return worst


@dataclass(frozen=True)
class LatentSpace:
    """The noise of a sampler's latent; its codes stay what they were drawn as, so restarts try others."""

    network: Sampler

    @property
    def spheres(self) -> tuple[int, ...]:
        """One."""
        return (self.network.prior.dim,)

    def start(self, *, seed: int, rows: Sequence[int]) -> tuple[Latents, Codes]:
        """As the prior draws them."""
        z = self.network.prior.draw(seed=seed, rows=rows)
        dim = self.network.prior.dim
        return projected(z[:, :dim], self.spheres), z[:, dim:]

    def images(self, v: Latents, told: Codes) -> Images:
        """Untruncated."""
        return self.network.sample(torch.cat([v, told], dim=1), v.new_ones(len(v)))

    def styles(self, v: Latents) -> None:
        """One vector has no other to stay near."""


@dataclass(frozen=True)
class StyleSpace:
    """A style for each layer. `mean` and `spread` are those of leaky rectifier(5) of w.

    With `noise` that of the layers is searched as well; without it is the checkpoint's.
    """

    network: StyleSampler
    mean: Tensor
    spread: Tensor
    noise: bool = False

    @property
    def spheres(self) -> tuple[int, ...]:
        """One a layer, and that of the noise."""
        styles = (len(self.mean),) * self.network.layers
        return (*styles, self.network.noise.shape[1]) if self.noise else styles

    def start(self, *, seed: int, rows: Sequence[int]) -> tuple[Latents, Codes]:
        """Styles as the mapping network draws them, one for all layers of an image."""
        device = self.mean.device
        z = self.network.prior.draw(seed=seed, rows=rows).to(device)
        v = self.pointing(self.network.style(z, z.new_ones(len(z))))
        if self.noise:
            v = torch.cat([v, normal(keys(seed, rows), (self.network.noise.shape[1],)).to(device)], dim=1)
        return projected(v, self.spheres), torch.empty(len(rows), 0, device=device)

    def pointing(self, w: Style) -> Latents:
        """What `styles` makes w of, the same for every layer: b s -> b (l s), before it is brought to the spheres."""
        v: Tensor = (functional.leaky_relu(w, 1 / SLOPE) - self.mean) / self.spread
        return v.repeat(1, self.network.layers)

    def images(self, v: Latents, told: Codes) -> Images:  # noqa: ARG002 - it has no codes
        """By w of each layer, and the noise."""
        noise = v[:, -self.network.noise.shape[1] :] if self.noise else None
        return self.network.synthesise(self.styles(v), noise)

    def styles(self, v: Latents) -> Styles:
        """w of each layer: b (l s) -> b l s."""
        styles = v[:, : self.network.layers * len(self.mean)].unflatten(1, (self.network.layers, -1))
        w: Tensor = functional.leaky_relu(styles * self.spread + self.mean, SLOPE)
        return w


@torch.no_grad()
def fitted(network: StyleSampler, device: torch.device) -> StyleSpace:
    """The space of a style-based sampler, its spread measured on the styles of seed 0."""
    z = network.prior.draw(seed=0, rows=range(FITTED)).to(device)
    gaussian = functional.leaky_relu(network.style(z, z.new_ones(len(z))), 1 / SLOPE)
    return StyleSpace(network, gaussian.mean(dim=0), gaussian.std(dim=0))


def space_of(network: Sampler | StyleSampler, device: torch.device) -> Space:
    """The space of either kind."""
    return fitted(network, device) if isinstance(network, StyleSampler) else LatentSpace(network)

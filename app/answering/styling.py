"""Orders for images whose styles are chosen layer by layer, or on the way from one to another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from app.answering.drawing import Details, pictured
from app.answering.forms import Form
from app.answering.order import Order
from app.engine.call import Inputs
from app.operations import SYNTHESISE
from app.runtime import Runtime
from models.capabilities import StyleSampler
from models.priors import NormalPrior
from models.tensors import Latents, Noise, Style, Styles


@dataclass(frozen=True)
class Stylist:
    """From latents to truncated styles, on the CPU. Each row is mapped by itself, so that none depends on others."""

    network: StyleSampler
    truncation: float

    def of(self, z: Latents) -> Style:
        """The styles of latents."""
        device = self.network.noise.device
        return torch.cat([self.network.style(row, self._psi(row)).cpu() for row in z.to(device).split(1)])

    def towards_mean(self, w: Style) -> Style:
        """Styles that a client sent, truncated alike, towards the mean of all."""
        return torch.lerp(self.network.mean.cpu(), w, self.truncation)

    def _psi(self, z: Latents) -> torch.Tensor:
        return torch.full((len(z),), self.truncation, device=z.device)


def spread(w: Style, layers: int) -> Styles:
    """b s -> b l s: one style for all layers."""
    return w[:, None].repeat(1, layers, 1)


def styling(
    runtime: Runtime,
    model: str,
    form: Form,
    *,
    count: int,
    columns: int,
    truncation: float,
    styles: Callable[[range], Styles],
    noise_seed: int | None = None,
    terms: Sequence[object] | None,
    facts: Mapping[str, Any],
    details: Details = dict,
) -> Order:
    """Images of `count` rows of styles, worked out in a lane; `noise_seed` draws other noise than the checkpoint's."""
    network = runtime.get(model, StyleSampler)

    def noise(rows: range) -> Noise:
        if noise_seed is None:
            return network.noise.cpu().expand(len(rows), -1)
        return NormalPrior(network.noise.shape[1]).draw(seed=noise_seed, rows=rows)

    def prepare(rows: range) -> Inputs:
        return styles(rows), noise(rows)

    return pictured(
        runtime,
        runtime.operation(model, SYNTHESISE),
        form,
        count=count,
        columns=columns,
        truncation=truncation,
        prepare=prepare,
        terms=terms if terms is None else (noise_seed, *terms),
        facts=facts,
        details=details,
    )

"""The players: small multilayer perceptrons with ReLU.

Initial weights come from a generator of their own, so that a run neither reads nor moves torch's global one.
"""

from itertools import pairwise

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.blocks import power_iteration
from models.lab.mixtures import Points
from models.lab.setting import Setting
from models.tensors import Latents, Scores


def linears(*widths: int, gain: float, generator: torch.Generator) -> list[nn.Linear]:
    """Layers between these widths: orthogonal weights, no bias at first."""
    layers = [nn.utils.skip_init(nn.Linear, d_in, d_out) for d_in, d_out in pairwise(widths)]
    for layer in layers:
        nn.init.orthogonal_(layer.weight, gain=gain, generator=generator)
        nn.init.zeros_(layer.bias)
    return layers


class SpectralNormLinear(nn.Module):
    """x -> W x / sigma(W) + b: at most as steep as the identity (Miyato et al. 2018, algorithm 1)."""

    u: Tensor

    def __init__(self, layer: nn.Linear, *, generator: torch.Generator) -> None:
        super().__init__()
        self.layer = layer
        start = functional.normalize(torch.randn(layer.out_features, generator=generator), dim=0)
        with torch.no_grad():
            u, _ = power_iteration(layer.weight, start, rounds=15)
        self.register_buffer("u", u)

    def forward(self, x: Tensor) -> Tensor:
        """b i -> b o. u moves by one round at each call in training; u and v are constants of the step."""
        with torch.no_grad():
            u, v = power_iteration(self.layer.weight, self.u, rounds=1)
            if self.training:
                self.u.copy_(u)
        sigma = torch.dot(u, self.layer.weight @ v)
        return functional.linear(x, self.layer.weight / sigma, self.layer.bias)


class Generator(nn.Module):
    """z -> a point of the plane."""

    def __init__(self, setting: Setting, generator: torch.Generator) -> None:
        super().__init__()
        hidden = [setting.width] * setting.g_layers
        self.layers = nn.ModuleList(linears(setting.latent_dim, *hidden, 2, gain=setting.gain, generator=generator))

    def forward(self, z: Latents) -> Points:
        """n d -> n 2."""
        return perceptron(self.layers, z)


class Discriminator(nn.Module):
    """`pack` points at once -> one logit (Lin et al. 2018, arXiv:1712.04086): a lone point where pack is 1."""

    def __init__(self, setting: Setting, *, pack: int, spectral: bool, generator: torch.Generator) -> None:
        super().__init__()
        self.pack, self.scale = pack, setting.scale
        hidden = [setting.width] * setting.d_layers
        plain = linears(2 * pack, *hidden, 1, gain=setting.gain, generator=generator)
        normed = [SpectralNormLinear(layer, generator=generator) for layer in plain] if spectral else plain
        self.layers = nn.ModuleList(normed)

    def forward(self, x: Points) -> Scores:
        """n 2 -> n / pack: neighbouring rows are packed together."""
        return perceptron(self.layers, x.reshape(-1, 2 * self.pack) / self.scale).squeeze(1)

    def lone(self, x: Points) -> Scores:
        """n 2 -> n: each point packed with copies of itself, to look at D's surface over the plane."""
        scores: Scores = self(x.repeat_interleave(self.pack, dim=0))
        return scores


def perceptron(layers: nn.ModuleList, x: Tensor) -> Tensor:
    """Linear layers with ReLU between."""
    *hidden, last = layers
    for layer in hidden:
        x = functional.relu(layer(x))
    y: Tensor = last(x)
    return y

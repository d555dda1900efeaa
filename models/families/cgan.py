"""Conditional GAN: G and D are told what to draw (Mirza and Osindero 2014, arXiv:1411.1784).

G joins the codes to its noise, as there. Two discriminators: one joins them to the image (Mirza and Osindero), one
multiplies them with what it saw (Miyato and Koyama 2018, arXiv:1802.05637, eq. 3: f(x, y) = y' V phi(x) + psi(phi(x))).
Both are spectrally normalised (Miyato et al. 2018, arXiv:1802.05957). The codes may be one label or several attributes.
"""

from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.blocks import SpectralNormConv2d, up
from models.codes import Code
from models.family import Family
from models.priors import CodedPrior, contract
from models.tensors import Features, Images, Latents, Scores


@dataclass(frozen=True)
class CGANConfig:
    """What fixes the generator's state dict: maps of `widths` channels, the first `start` px square, each next double.

    The image is as large as the last map.
    """

    codes: tuple[Code, ...] = (Code("label", tuple("0123456789")),)
    latent_dim: int = 64
    start: int = 7
    widths: tuple[int, ...] = (192, 96, 48)
    channels: int = 1


class Generator(nn.Module):
    """G: noise and codes -> image in [0, 1]."""

    def __init__(self, config: CGANConfig) -> None:
        super().__init__()
        self.prior = CodedPrior(config.latent_dim, config.codes)
        first, *rest = config.widths
        self.start = config.start
        columns = config.latent_dim + sum(code.width for code in config.codes)
        self.project = nn.Linear(columns, first * config.start**2, bias=False)
        self.body = nn.Sequential(nn.BatchNorm2d(first), nn.ReLU(inplace=True))
        for c_in, c_out in zip(config.widths, rest, strict=False):
            self.body.append(up(c_in, c_out))
        self.to_image = nn.Conv2d(config.widths[-1], config.channels, 3, padding=1)

    @property
    def codes(self) -> tuple[Code, ...]:
        """What can be chosen."""
        return self.prior.codes

    def forward(self, z: Latents) -> Images:
        """b d -> b c h w, codes behind the noise."""
        x = self.project(z).unflatten(1, (-1, self.start, self.start))
        return torch.sigmoid(self.to_image(self.body(x)).float())

    def sample(self, z: Latents, psi: Scores) -> Images:
        """Truncation contracts the noise towards the mode of the prior and leaves the codes."""
        return self.forward(contract(z, psi, dim=self.prior.dim))


class Discriminator(Protocol):
    """D: image and codes -> logit."""

    def __call__(self, x: Images, y: Features) -> Scores:
        """b c h w, b k -> b."""


class Body(nn.Module):
    """phi: normalised 3x3 convolutions with LeakyReLU(0.1) and 2x2 max-pooling behind each, then the mean map."""

    def __init__(self, channels: int, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            SpectralNormConv2d(c_in, c_out, 3, padding=1)
            for c_in, c_out in zip((channels, *widths), widths, strict=False)
        )

    def forward(self, x: Images) -> Tensor:
        """b c h w -> b widths[-1] 1 1."""
        h: Tensor = 2 * x - 1
        for conv in self.convs:
            h = functional.max_pool2d(functional.leaky_relu(conv(h), 0.1), 2)
        return h.mean(dim=(2, 3), keepdim=True)


class Projection(nn.Module):
    """Miyato and Koyama 2018: the codes' share of the logit is their inner product with the image's features."""

    def __init__(self, *, channels: int, codes: int, widths: tuple[int, ...], gain: float) -> None:
        super().__init__()
        self.gain = gain
        self.phi = Body(channels, widths)
        self.psi = SpectralNormConv2d(widths[-1], 1, 1)
        self.V = SpectralNormConv2d(codes, widths[-1], 1, bias=False)

    def forward(self, x: Images, y: Features) -> Scores:
        """b c h w, b k -> b."""
        phi = self.phi(x)
        told = (self.V(y[:, :, None, None]) * phi).sum(dim=1)
        logits: Scores = self.gain * (told + self.psi(phi)[:, 0]).float().flatten()
        return logits


class Concatenation(nn.Module):
    """Mirza and Osindero 2014: the codes join the image, as maps of their own beside its channels."""

    def __init__(self, *, channels: int, codes: int, widths: tuple[int, ...], gain: float) -> None:
        super().__init__()
        self.gain = gain
        self.phi = Body(channels + codes, widths)
        self.psi = SpectralNormConv2d(widths[-1], 1, 1)

    def forward(self, x: Images, y: Features) -> Scores:
        """b c h w, b k -> b."""
        maps = y[:, :, None, None].expand(-1, -1, *x.shape[2:])
        joined = torch.cat([x, (maps + 1) / 2], dim=1)  # the body maps [0, 1] to [-1, 1]
        logits: Scores = self.gain * self.psi(self.phi(joined)).float().flatten()
        return logits


FAMILY = Family("cgan", "Conditional GAN", CGANConfig, Generator, "arXiv:1411.1784")

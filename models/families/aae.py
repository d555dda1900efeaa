"""Adversarial autoencoder: a code that a critic cannot tell from its prior (Makhzani et al. 2015, arXiv:1511.05644).

The code is a style z, whose prior is N(0, I), and optionally a category y, whose prior is uniform: with labels for a
few images y is the class (section 5), with none it is a cluster (section 6). Encoder and decoder are convolutional,
where the paper's have two hidden layers of 1,000 rectifiers: on 8,000 digits those learned the images by heart.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import nn

from models.blocks import up
from models.codes import Code
from models.family import Family
from models.priors import CodedPrior, contract
from models.tensors import Images, Latents, Logits, Scores


@dataclass(frozen=True)
class AAEConfig:
    """What fixes the state dict, for 28 px images; `codes` is empty or one category."""

    codes: tuple[Code, ...] = ()
    latent_dim: int = 8
    width: int = 24
    channels: int = 1


def encoder(channels: int, w: int, d: int) -> nn.Sequential:
    """b c 28 28 -> b d: three 3x3 convolutions, each max-pooled, and one hidden layer."""
    layers: list[nn.Module] = []
    for c_in, c_out in ((channels, w), (w, 2 * w), (2 * w, 4 * w)):
        layers += [nn.Conv2d(c_in, c_out, 3, padding=1), nn.LeakyReLU(0.1), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(4 * w * 3 * 3, 256), nn.LeakyReLU(0.1), nn.Linear(256, d))


def decoder(d: int, w: int, channels: int) -> nn.Sequential:
    """b d -> b c 28 28 in logits: 7 px, doubled twice."""
    return nn.Sequential(
        nn.Linear(d, 4 * w * 7 * 7, bias=False),
        nn.Unflatten(1, (4 * w, 7, 7)),
        nn.BatchNorm2d(4 * w),
        nn.ReLU(inplace=True),
        up(4 * w, 2 * w),
        up(2 * w, w),
        nn.Conv2d(w, channels, 3, padding=1),
    )


def perceptron(d_in: int, hidden: int, d_out: int) -> nn.Sequential:
    """Two hidden layers of rectifiers."""
    return nn.Sequential(
        nn.Linear(d_in, hidden),
        nn.ReLU(inplace=True),
        nn.Linear(hidden, hidden),
        nn.ReLU(inplace=True),
        nn.Linear(hidden, d_out),
    )


class Autoencoder(nn.Module):
    """Encoder q(z, y | x) and decoder p(x | z, y)."""

    def __init__(self, config: AAEConfig) -> None:
        super().__init__()
        self.prior = CodedPrior(config.latent_dim, config.codes)
        self.categories = sum(code.width for code in config.codes)
        code = config.latent_dim + self.categories
        self.encoder = encoder(config.channels, config.width, code)
        self.decoder = decoder(code, config.width, config.channels)

    @property
    def codes(self) -> tuple[Code, ...]:
        """What can be chosen: the category, if there is one."""
        return self.prior.codes

    def infer(self, x: Images) -> tuple[Latents, Logits]:
        """The style, and the logits of the category (no column where there is none)."""
        code = self.encoder(2 * x - 1).float()
        return code[:, : self.prior.dim], code[:, self.prior.dim :]

    def encode(self, x: Images) -> Latents:
        """z, then the probabilities of y: what `forward` makes an image of."""
        z, logits = self.infer(x)
        return torch.cat([z, functional.softmax(logits, dim=1)], dim=1) if self.categories else z

    def forward(self, z: Latents) -> Images:
        """The decoder: b d -> b c 28 28."""
        return torch.sigmoid(self.decoder(z).float())

    def sample(self, z: Latents, psi: Scores) -> Images:
        """Truncation contracts the style towards the mode of the prior and leaves the category."""
        return self.forward(contract(z, psi, dim=self.prior.dim))


class Critic(nn.Module):
    """D: a code -> the logit that it came from the prior."""

    def __init__(self, d: int, *, hidden: int) -> None:
        super().__init__()
        self.layers = perceptron(d, hidden, 1)

    def forward(self, code: Latents) -> Scores:
        """b d -> b."""
        logits: Scores = self.layers(code).float().squeeze(1)
        return logits


FAMILY = Family("aae", "Adversarial autoencoder", AAEConfig, Autoencoder, "arXiv:1511.05644")

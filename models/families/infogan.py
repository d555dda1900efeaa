"""InfoGAN: codes that G cannot ignore, and Q that reads them back (Chen et al. 2016, arXiv:1606.03657, appendix C.1).

G draws from noise z, one category and continuous codes; Q shares all of D's layers but the last, and its posterior is
what bounds the mutual information of codes and image from below. Nobody tells either what a digit is.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.codes import Code
from models.family import Family
from models.priors import CodedPrior, contract
from models.tensors import Features, Images, Latents, Logits, Scores

CATEGORIES = tuple("ABCDEFGHIJ")


@dataclass(frozen=True)
class InfoGANConfig:
    """What fixes the state dict, for 28 px images. Codes: at most one of values, first; the others are numbers."""

    codes: tuple[Code, ...] = (Code("category", CATEGORIES), Code("c2"), Code("c3"))
    latent_dim: int = 62
    width: int = 64
    hidden: int = 1024
    channels: int = 1


class Generator(nn.Module):
    """G: two linear layers, then two transposed convolutions from 7 px."""

    def __init__(self, config: InfoGANConfig) -> None:
        super().__init__()
        w, h = config.width, config.hidden
        columns = config.latent_dim + sum(code.width for code in config.codes)
        self.project = nn.Sequential(
            nn.Linear(columns, h, bias=False),
            nn.BatchNorm1d(h),
            nn.ReLU(inplace=True),
            nn.Linear(h, 2 * w * 7 * 7, bias=False),
            nn.BatchNorm1d(2 * w * 7 * 7),
            nn.ReLU(inplace=True),
            nn.Unflatten(1, (2 * w, 7, 7)),
        )
        self.body = nn.Sequential(
            nn.ConvTranspose2d(2 * w, w, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(w),
            nn.ReLU(inplace=True),
            nn.ConvTranspose2d(w, config.channels, 4, stride=2, padding=1),
        )

    def forward(self, z: Latents) -> Images:
        """b d -> b c 28 28, codes behind the noise."""
        return torch.sigmoid(self.body(self.project(z)).float())


class Shared(nn.Module):
    """The layers that D and Q have in common."""

    def __init__(self, config: InfoGANConfig) -> None:
        super().__init__()
        w, h = config.width, config.hidden
        self.layers = nn.Sequential(
            nn.Conv2d(config.channels, w, 4, stride=2, padding=1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(w, 2 * w, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(2 * w),
            nn.LeakyReLU(0.1),
            nn.Flatten(),
            nn.Linear(2 * w * 7 * 7, h, bias=False),
            nn.BatchNorm1d(h),
            nn.LeakyReLU(0.1),
        )

    def forward(self, x: Images) -> Features:
        """b c 28 28 -> b h."""
        features: Features = self.layers(2 * x - 1)
        return features


class InfoGAN(nn.Module):
    """What is shipped: G, and Q with the layers that it shared with D."""

    def __init__(self, config: InfoGANConfig) -> None:
        super().__init__()
        self.prior = CodedPrior(config.latent_dim, config.codes)
        self.G = Generator(config)
        self.shared = Shared(config)
        self.values = sum(code.width for code in config.codes if code.values)
        self.numbers = sum(1 for code in config.codes if not code.values)
        self.Q = nn.Sequential(
            nn.Linear(config.hidden, 128, bias=False),
            nn.BatchNorm1d(128),
            nn.LeakyReLU(0.1),
            nn.Linear(128, self.values + 2 * self.numbers),
        )

    @property
    def codes(self) -> tuple[Code, ...]:
        """What can be chosen."""
        return self.prior.codes

    def forward(self, z: Latents) -> Images:
        """G."""
        images: Images = self.G(z)
        return images

    def sample(self, z: Latents, psi: Scores) -> Images:
        """Truncation contracts the noise towards the mode of the prior and leaves the codes."""
        return self.forward(contract(z, psi, dim=self.prior.dim))

    def posterior(self, features: Features) -> tuple[Logits, Tensor, Tensor]:
        """Q(c | x) of what D saw: logits of the category, means and log standard deviations of the numbers."""
        logits, mean, log_std = self.Q(features).float().split([self.values, self.numbers, self.numbers], dim=1)
        return logits, mean, log_std.clamp(-4, 4)

    def read(self, x: Images) -> Features:
        """Probabilities of the category's values, then the means of the numbers: the columns of the prior's codes."""
        logits, mean, _ = self.posterior(self.shared(x))
        return torch.cat([functional.softmax(logits, dim=1), mean], dim=1)


FAMILY = Family("infogan", "InfoGAN", InfoGANConfig, InfoGAN, "arXiv:1606.03657")

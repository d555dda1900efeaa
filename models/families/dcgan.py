"""DCGAN: strided convolutions in place of pooling (Radford et al. 2015, arXiv:1511.06434, section 3).

G: transposed convolutions, batch normalisation and rectifiers, tanh at the end. D: strided convolutions and
LeakyReLU(0.2). No normalisation at G's output and at D's input. The paper's 64 px network has four doublings; 28 px
digits take two, from 7 px. Wasserstein GANs use the same two networks (Arjovsky et al. 2017, arXiv:1701.07875, section
4), those with a gradient penalty without normalisation in D (Gulrajani et al. 2017, arXiv:1704.00028, section 4).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.family import Family
from models.priors import NormalPrior
from models.tensors import Images, Latents, Scores


@dataclass(frozen=True)
class DCGANConfig:
    """What fixes the generator's state dict. The image is 28 px square: 7 px doubled twice."""

    latent_dim: int = 100
    width: int = 64
    channels: int = 1


def initialise(network: nn.Module) -> None:
    """All weights from N(0, 0.02), the scales of batch normalisation from N(1, 0.02) (section 4, and their code)."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(layer.weight, 0.0, 0.02)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)


class Generator(nn.Module):
    """G: z -> image in [0, 1]."""

    def __init__(self, config: DCGANConfig) -> None:
        super().__init__()
        self.prior = NormalPrior(config.latent_dim)
        w = config.width
        self.project = nn.Linear(config.latent_dim, 2 * w * 7 * 7, bias=False)
        self.body = nn.Sequential(
            nn.BatchNorm2d(2 * w),
            nn.ReLU(inplace=True),
            nn.ConvTranspose2d(2 * w, w, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(w),
            nn.ReLU(inplace=True),
        )
        self.to_image = nn.ConvTranspose2d(w, config.channels, 4, stride=2, padding=1)
        initialise(self)

    def forward(self, z: Latents) -> Images:
        """b d -> b c 28 28."""
        x = self.body(self.project(z).unflatten(1, (-1, 7, 7)))
        return (torch.tanh(self.to_image(x).float()) + 1) / 2

    def sample(self, z: Latents, psi: Scores) -> Images:
        """Truncation contracts z towards the mode of the prior: psi z."""
        return self.forward(z * psi[:, None])


class Discriminator(nn.Module):
    """D: image in [0, 1] -> logit, or a critic's score. Without `batch_norm` no row depends on another."""

    def __init__(self, *, channels: int, width: int, batch_norm: bool) -> None:
        super().__init__()
        w = width
        self.layers = nn.Sequential(
            nn.Conv2d(channels, w, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(w, 2 * w, 4, stride=2, padding=1, bias=not batch_norm),
            nn.BatchNorm2d(2 * w) if batch_norm else nn.Identity(),
            nn.LeakyReLU(0.2),
        )
        self.head = nn.Linear(2 * w * 7 * 7, 1)
        initialise(self)

    def forward(self, x: Images) -> Scores:
        """b c 28 28 -> b."""
        h: Tensor = self.layers(2 * x - 1)
        logits: Scores = self.head(h.flatten(1)).float().squeeze(1)
        return logits


FAMILY = Family("dcgan", "Deep convolutional GAN", DCGANConfig, Generator, "arXiv:1511.06434")

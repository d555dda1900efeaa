"""The original GAN on digits: two multilayer perceptrons (Goodfellow et al. 2014, arXiv:1406.2661, section 5).

G: rectifiers, then a sigmoid a pixel. D: maxout units (Goodfellow et al. 2013, arXiv:1302.4389) behind dropout. Sizes,
rates of dropout and initial weights are those of the authors' own mnist.yaml.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.family import Family
from models.priors import NormalPrior
from models.tensors import Images, Latents, Scores

SIDE = 28


@dataclass(frozen=True)
class GANConfig:
    """What fixes the generator's state dict."""

    latent_dim: int = 100
    width: int = 1200
    channels: int = 1


def linear(d_in: int, d_out: int, *, bound: float) -> nn.Linear:
    """A linear map whose weights start at U(-bound, bound), its biases at zero."""
    layer = nn.Linear(d_in, d_out)
    nn.init.uniform_(layer.weight, -bound, bound)
    nn.init.zeros_(layer.bias)
    return layer


class Generator(nn.Module):
    """G: z -> image in [0, 1]."""

    def __init__(self, config: GANConfig) -> None:
        super().__init__()
        self.prior = NormalPrior(config.latent_dim)
        w, self.shape = config.width, (config.channels, SIDE, SIDE)
        self.body = nn.Sequential(
            linear(config.latent_dim, w, bound=0.05), nn.ReLU(), linear(w, w, bound=0.05), nn.ReLU()
        )
        self.to_image = linear(w, config.channels * SIDE * SIDE, bound=0.05)

    def forward(self, z: Latents) -> Images:
        """b d -> b c 28 28."""
        x: Images = torch.sigmoid(self.to_image(self.body(z)).float()).unflatten(1, self.shape)
        return x

    def sample(self, z: Latents, psi: Scores) -> Images:
        """Truncation contracts z towards the mode of the prior: psi z."""
        return self.forward(z * psi[:, None])


class Maxout(nn.Module):
    """h_i = max_j (W_ij x + b_ij): `units` of them, each the largest of `pieces` linear maps."""

    def __init__(self, d_in: int, units: int, *, pieces: int = 5) -> None:
        super().__init__()
        self.pieces = pieces
        self.maps = linear(d_in, units * pieces, bound=0.005)

    def forward(self, x: Tensor) -> Tensor:
        """b d -> b units."""
        h: Tensor = self.maps(x).unflatten(1, (-1, self.pieces)).amax(dim=2)
        return h


class Discriminator(nn.Module):
    """D: image in [0, 1] -> logit, through two layers of maxout units; dropout .2 of the pixels, .5 of the units."""

    def __init__(self, *, channels: int, units: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Dropout(0.2), Maxout(channels * SIDE * SIDE, units), nn.Dropout(0.5), Maxout(units, units)
        )
        self.head = nn.Sequential(nn.Dropout(0.5), linear(units, 1, bound=0.005))

    def forward(self, x: Images) -> Scores:
        """b c 28 28 -> b."""
        logits: Scores = self.head(self.body(x.flatten(1))).float().squeeze(1)
        return logits


FAMILY = Family("gan", "Generative adversarial network", GANConfig, Generator, "arXiv:1406.2661")

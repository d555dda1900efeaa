"""GANomaly: an encoder, a decoder, and an encoder of what was decoded (Akcay et al. 2018, arXiv:1805.06725).

Letters of section 3: G_E and G_D encode x to z and decode z to x_hat, E encodes x_hat to z_hat. Of normal images z_hat
is near z; the score is how far it is (eq. 5). The map is |x - x_hat|, which the paper does not have. Layers as
DCGAN's; images are in [0, 1].
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.capabilities import Inspection
from models.family import Family
from models.tensors import Features, Images, Latents, Logits, Scores

HOTTEST = 0.5  # of the range of a pixel


@dataclass(frozen=True)
class GANomalyConfig:
    """What fixes the state dict: images, channels after the first halving, numbers in z, and how often is halved."""

    size: int = 28
    channels: int = 1
    width: int = 32
    latent_dim: int = 64
    depth: int = 2

    @property
    def core(self) -> int:
        """The side of the smallest map."""
        return self.size >> self.depth

    @property
    def widths(self) -> list[int]:
        """Channels after each halving."""
        return [self.width * 2**level for level in range(self.depth)]


def normal_weights(network: nn.Module) -> None:
    """As DCGAN's: N(0, 0.02), the scales of batch normalisation N(1, 0.02)."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, 0.0, 0.02)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)


class Encoder(nn.Module):
    """Image in [0, 1] -> `out` numbers: G_E and E with a latent, D with one logit."""

    def __init__(self, config: GANomalyConfig, *, out: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        c = config.channels
        for level, wider in enumerate(config.widths):
            layers.append(nn.Conv2d(c, wider, 4, stride=2, padding=1, bias=not level))
            layers += [nn.BatchNorm2d(wider)] if level else []
            layers.append(nn.LeakyReLU(0.2))
            c = wider
        self.body = nn.Sequential(*layers)
        self.head = nn.Conv2d(c, out, config.core)
        normal_weights(self)

    def features(self, x: Images) -> Tensor:
        """b c h w -> b w' h' w': the last map."""
        found: Tensor = self.body(2 * x - 1)
        return found

    def forward(self, x: Images) -> Logits:
        """b c h w -> b out."""
        found: Logits = self.head(self.features(x)).flatten(1).float()
        return found


class Decoder(nn.Module):
    """G_D: z -> image in [0, 1]."""

    def __init__(self, config: GANomalyConfig) -> None:
        super().__init__()
        *narrower, widest = config.widths
        layers: list[nn.Module] = [nn.ConvTranspose2d(config.latent_dim, widest, config.core, bias=False)]
        c = widest
        for narrow in reversed(narrower):
            layers += [nn.BatchNorm2d(c), nn.ReLU(inplace=True)]
            layers.append(nn.ConvTranspose2d(c, narrow, 4, stride=2, padding=1, bias=False))
            c = narrow
        layers += [nn.BatchNorm2d(c), nn.ReLU(inplace=True)]
        self.layers = nn.Sequential(*layers, nn.ConvTranspose2d(c, config.channels, 4, stride=2, padding=1))
        normal_weights(self)

    def forward(self, z: Latents) -> Images:
        """b d -> b c h w."""
        x: Tensor = self.layers(z[:, :, None, None]).float()
        return (torch.tanh(x) + 1) / 2


class GANomaly(nn.Module):
    """G = G_D after G_E, and E."""

    full_scale = HOTTEST

    def __init__(self, config: GANomalyConfig) -> None:
        super().__init__()
        self.G_E = Encoder(config, out=config.latent_dim)
        self.G_D = Decoder(config)
        self.E = Encoder(config, out=config.latent_dim)

    def forward(self, x: Images) -> tuple[Features, Images, Features]:
        """z, x_hat, z_hat."""
        z = self.G_E(x)
        x_hat = self.G_D(z)
        return z, x_hat, self.E(x_hat)

    def inspect(self, x: Images) -> Inspection:
        """The score is the mean of |z - z_hat|."""
        z, x_hat, z_hat = self.forward(x)
        score: Scores = (z - z_hat).abs().mean(dim=1)
        return Inspection(score, (x - x_hat).abs().mean(dim=1), x_hat)


FAMILY = Family("ganomaly", "GANomaly", GANomalyConfig, GANomaly, "arXiv:1805.06725")

"""SN-GAN: a GAN whose discriminator is 1-Lipschitz layer by layer (Miyato et al. 2018, arXiv:1802.05957).

The discriminator is the lecture's: five spectrally normalised 3x3 convolutions f, 2f, 4f, 8f, 1 with LeakyReLU(0.1)
and 2x2 max-pooling between them. On 28 px digits the map shrinks 28, 14, 7, 3, 1, so the last convolution is the
probability head: one logit, whose sigmoid is D(x). The generator is a nearest-neighbour up-sampling network with batch
normalisation.

Both may be told a cluster of the data that was found without labels, as in clustered GANs (Sage et al. 2018,
arXiv:1712.04407): G as columns behind its noise, D by projection (Miyato and Koyama 2018, arXiv:1802.05637).
"""

from dataclasses import dataclass
from math import sqrt

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.blocks import SpectralNormConv2d, up
from models.codes import Code
from models.family import Family
from models.priors import CodedPrior, contract
from models.tensors import Features, Images, Latents, Scores


@dataclass(frozen=True)
class SNGANConfig:
    """What fixes the generator's state dict. The image is 28 px square: 7 px doubled twice.

    `codes` are none, the cluster with the data's shares, or a cluster of every channel.
    """

    latent_dim: int = 64
    width: int = 32
    channels: int = 1
    codes: tuple[Code, ...] = ()


class Generator(nn.Module):
    """G: z -> image in [0, 1]."""

    def __init__(self, config: SNGANConfig) -> None:
        super().__init__()
        self.prior = CodedPrior(config.latent_dim, config.codes)
        w = self.width = config.width
        columns = config.latent_dim + sum(code.width for code in config.codes)
        self.project = nn.Linear(columns, 4 * w * 7 * 7, bias=False)
        self.body = nn.Sequential(nn.BatchNorm2d(4 * w), nn.ReLU(inplace=True), up(4 * w, 2 * w), up(2 * w, w))
        self.to_image = nn.Conv2d(w, config.channels, 3, padding=1)

    @property
    def codes(self) -> tuple[Code, ...]:
        """What can be chosen."""
        return self.prior.codes

    def forward(self, z: Latents) -> Images:
        """b d -> b c 28 28, the cluster's columns behind the noise."""
        x = self.project(z).unflatten(1, (4 * self.width, 7, 7))
        return torch.sigmoid(self.to_image(self.body(x)).float())

    def sample(self, z: Latents, psi: Scores) -> Images:
        """Truncation contracts the noise towards the mode of the prior, psi z, and leaves the cluster."""
        return self.forward(contract(z, psi, dim=self.prior.dim))


class Discriminator(nn.Module):
    """D: image in [0, 1] -> logit. `width` is the lecture's f.

    `gain` scales the last map into the logit. Each normalised layer shrinks what it sees, so that with a gain of one
    the sigmoid hardly leaves 1/2; the Lipschitz constant is in proportion to it. `told` clusters an image are chosen of
    `clusters` columns.
    """

    def __init__(self, *, channels: int, width: int, gain: float = 1.0, clusters: int = 0, told: int = 1) -> None:
        super().__init__()
        self.gain, self.told, f = gain, told, width
        self.convs = nn.ModuleList(
            SpectralNormConv2d(c_in, c_out, 3, padding=1)
            for c_in, c_out in ((channels, f), (f, 2 * f), (2 * f, 4 * f), (4 * f, 8 * f), (8 * f, 1))
        )
        self.V = SpectralNormConv2d(clusters, 8 * f, 1, bias=False) if clusters else None

    def forward(self, x: Images, y: Features | None = None) -> Scores:
        """b c h w, b k with `told` ones where there are clusters -> b: the logit, averaged over the last map."""
        h: Tensor = 2 * x - 1
        *hidden, head = self.convs
        for conv in hidden:
            h = functional.max_pool2d(functional.leaky_relu(conv(h), 0.1), 2)
        logits: Tensor = head(h)
        if self.V is not None and y is not None:
            logits = logits + (self.V(y[:, :, None, None]) * h).sum(dim=1, keepdim=True)
        scores: Scores = self.gain * logits.float().mean(dim=(1, 2, 3))
        return scores

    def lipschitz_bound(self) -> float:
        """Upper bound of |D(x, y) - D(x', y)| / ||x - x'||_2: 2 (rescaling) x gain x each layer; the rest is
        1-Lipschitz. The projection stands beside the last layer: their bounds add up.
        """
        *hidden, head = self.convs
        bound = 2.0 * self.gain
        for conv in hidden:
            bound *= conv.lipschitz_bound()  # type: ignore[operator]
        last: float = head.lipschitz_bound()  # type: ignore[operator]
        projection = sqrt(self.told) * self.V.lipschitz_bound() if self.V is not None else 0.0  # ||y||_2 = sqrt(told)
        return bound * (last + projection)


FAMILY = Family("sngan", "Spectrally normalised GAN", SNGANConfig, Generator, "arXiv:1802.05957")

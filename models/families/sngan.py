"""SN-GAN: a GAN whose discriminator is 1-Lipschitz layer by layer (Miyato et al. 2018, arXiv:1802.05957).

The discriminator is the lecture's: five spectrally normalised 3x3 convolutions f, 2f, 4f, 8f, 1 with LeakyReLU(0.1)
and 2x2 max-pooling between them. On 28 px digits the map shrinks 28, 14, 7, 3, 1, so the last convolution is the
probability head: one logit, whose sigmoid is D(x). The generator is a nearest-neighbour up-sampling network with batch
normalisation.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.blocks import SpectralNormConv2d, up
from models.family import Family
from models.priors import NormalPrior
from models.tensors import Images, Latents, Scores


@dataclass(frozen=True)
class SNGANConfig:
    """What fixes the generator's state dict. The image is 28 px square: 7 px doubled twice."""

    latent_dim: int = 128
    width: int = 64
    channels: int = 1


class Generator(nn.Module):
    """G: z -> image in [0, 1]."""

    def __init__(self, config: SNGANConfig) -> None:
        super().__init__()
        self.prior = NormalPrior(config.latent_dim)
        w = self.width = config.width
        self.project = nn.Linear(config.latent_dim, 4 * w * 7 * 7, bias=False)
        self.body = nn.Sequential(nn.BatchNorm2d(4 * w), nn.ReLU(inplace=True), up(4 * w, 2 * w), up(2 * w, w))
        self.to_image = nn.Conv2d(w, config.channels, 3, padding=1)

    def forward(self, z: Latents) -> Images:
        """b d -> b c 28 28."""
        x = self.project(z).unflatten(1, (4 * self.width, 7, 7))
        return torch.sigmoid(self.to_image(self.body(x)).float())

    def sample(self, z: Latents, psi: Scores) -> Images:
        """Truncation contracts z towards the mode of the prior: psi z."""
        return self.forward(z * psi[:, None])


class Discriminator(nn.Module):
    """D: image in [0, 1] -> logit. `width` is the lecture's f.

    `gain` scales the last map into the logit. Each normalised layer shrinks what it sees, so that with a gain of one
    the sigmoid hardly leaves 1/2; the Lipschitz constant is in proportion to it.
    """

    def __init__(self, *, channels: int, width: int, gain: float = 1.0) -> None:
        super().__init__()
        self.gain, f = gain, width
        self.convs = nn.ModuleList(
            SpectralNormConv2d(c_in, c_out, 3, padding=1)
            for c_in, c_out in ((channels, f), (f, 2 * f), (2 * f, 4 * f), (4 * f, 8 * f), (8 * f, 1))
        )

    def forward(self, x: Images) -> Scores:
        """b c h w -> b: the logit, averaged where the last map is larger than one pixel."""
        h: Tensor = 2 * x - 1
        *hidden, head = self.convs
        for conv in hidden:
            h = functional.max_pool2d(functional.leaky_relu(conv(h), 0.1), 2)
        logits: Scores = self.gain * head(h).float().mean(dim=(1, 2, 3))
        return logits

    def lipschitz_bound(self) -> float:
        """Upper bound of |D(x) - D(y)| / ||x - y||_2: 2 (rescaling) x gain x each layer; the rest is 1-Lipschitz."""
        bound = 2.0 * self.gain
        for conv in self.convs:
            bound *= conv.lipschitz_bound()  # type: ignore[operator]
        return bound


FAMILY = Family("sngan", "Spectrally normalised GAN", SNGANConfig, Generator, "arXiv:1802.05957")

"""Skip-GANomaly: a U-Net redraws the image, and the discriminator's features say what it could not
(Akcay et al. 2019, arXiv:1901.08954).

Section 3: G is an encoder and a decoder with a bridge at every resolution, D a DCGAN classifier whose last map f is the
latent. Score (eq. 5): lam R(x) + (1 - lam) L(x), R the mean of |x - x_hat|, L the mean squared difference of f,
lam = 0.9. The paper then scales scores over the test set; here they stay what they are, and held-out normals say what
they mean. The map is |x - x_hat|. D is part of the checkpoint.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.blocks import extended
from models.capabilities import Inspection
from models.family import Family
from models.tensors import Images, Scores

HOTTEST = 0.5  # of the range of a pixel
LAM = 0.9


@dataclass(frozen=True)
class SkipGANomalyConfig:
    """What fixes the state dict: widths of G and D after their first halving, and how often they halve.

    Without `skips` the bridges are cut.
    """

    channels: int = 1
    width: int = 32
    depth: int = 4
    d_width: int = 32
    d_depth: int = 3
    skips: bool = True


def normal_weights(network: nn.Module) -> None:
    """As DCGAN's: N(0, 0.02), the scales of batch normalisation N(1, 0.02)."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, 0.0, 0.02)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)


def down(c_in: int, c_out: int, *, norm: bool) -> nn.Sequential:
    """Half the size."""
    layers: list[nn.Module] = [nn.Conv2d(c_in, c_out, 4, stride=2, padding=1, bias=not norm)]
    layers += [nn.BatchNorm2d(c_out)] if norm else []
    return nn.Sequential(*layers, nn.LeakyReLU(0.2))


def up(c_in: int, c_out: int) -> nn.Sequential:
    """Twice the size."""
    convolution = nn.ConvTranspose2d(c_in, c_out, 4, stride=2, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(c_out), nn.ReLU(inplace=True))


class Generator(nn.Module):
    """G: image in [0, 1] -> the same image, if it is normal."""

    def __init__(self, config: SkipGANomalyConfig) -> None:
        super().__init__()
        self.skips, self.multiple = config.skips, 2**config.depth
        widths = [config.width * min(2**level, 8) for level in range(config.depth)]
        self.down = nn.ModuleList(
            down(c, wider, norm=level > 0)
            for level, (c, wider) in enumerate(zip([config.channels, *widths], widths, strict=False))
        )
        narrower = list(reversed(widths[:-1]))
        wide = [widths[-1], *(2 * c if config.skips else c for c in narrower)]
        self.up = nn.ModuleList(up(c, narrow) for c, narrow in zip(wide, narrower, strict=False))
        self.to_image = nn.ConvTranspose2d(wide[-1], config.channels, 4, stride=2, padding=1)
        normal_weights(self)

    def forward(self, x: Images) -> Images:
        """b c h w -> b c h w."""
        h, w = x.shape[2:]
        y = extended(2 * x - 1, self.multiple)
        seen: list[Tensor] = []
        for layer in self.down:
            y = layer(y)
            seen.append(y)
        for layer, skip in zip(self.up, reversed(seen[:-1]), strict=True):
            y = torch.cat([layer(y), skip], dim=1) if self.skips else layer(y)
        drawn: Tensor = self.to_image(y)[..., :h, :w].float()
        return (torch.tanh(drawn) + 1) / 2


class Discriminator(nn.Module):
    """D: image in [0, 1] -> logit, by features f."""

    def __init__(self, config: SkipGANomalyConfig) -> None:
        super().__init__()
        widths = [config.d_width * min(2**level, 8) for level in range(config.d_depth)]
        self.multiple = 2**config.d_depth
        self.body = nn.Sequential(
            *(
                down(c, wider, norm=level > 0)
                for level, (c, wider) in enumerate(zip([config.channels, *widths], widths, strict=False))
            )
        )
        self.head = nn.Conv2d(widths[-1], 1, 3, padding=1)
        normal_weights(self)

    def features(self, x: Images) -> Tensor:
        """f: b c h w -> b w' h' w'."""
        found: Tensor = self.body(extended(2 * x - 1, self.multiple)).float()
        return found

    def forward(self, x: Images) -> Scores:
        """One logit an image: the mean over its places."""
        return self.judge(self.features(x))

    def judge(self, f: Tensor) -> Scores:
        """The logit of features."""
        logit: Scores = self.head(f).float().mean(dim=(1, 2, 3))
        return logit


class SkipGANomaly(nn.Module):
    """G and D."""

    full_scale = HOTTEST

    def __init__(self, config: SkipGANomalyConfig) -> None:
        super().__init__()
        self.G = Generator(config)
        self.D = Discriminator(config)

    def forward(self, x: Images) -> Images:
        """x_hat."""
        x_hat: Images = self.G(x)
        return x_hat

    def inspect(self, x: Images) -> Inspection:
        """lam R(x) + (1 - lam) L(x)."""
        x_hat = self.G(x)
        difference = (x - x_hat).abs()
        latent = (self.D.features(x) - self.D.features(x_hat)).square().mean(dim=(1, 2, 3))
        score = LAM * difference.mean(dim=(1, 2, 3)) + (1 - LAM) * latent
        return Inspection(score, difference.mean(dim=1), x_hat)


FAMILY = Family("skipganomaly", "Skip-GANomaly", SkipGANomalyConfig, SkipGANomaly, "arXiv:1901.08954")

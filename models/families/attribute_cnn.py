"""A small residual classifier of several attributes at once (residual blocks: He et al. 2015, arXiv:1512.03385).

Its penultimate layer is a feature space in which sets of such images are compared; like that of digits-cnn it has no
rectifier. Each code is a softmax of its own over the same features.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.codes import Code
from models.family import Family
from models.tensors import Features, Images, Logits


@dataclass(frozen=True)
class AttributeCNNConfig:
    """What fixes the state dict; `doublings` is how often the map is halved and its channels doubled."""

    codes: tuple[Code, ...] = (Code("glasses", ("none", "glasses")),)
    width: int = 24
    doublings: int = 3
    features: int = 64
    channels: int = 3


class Residual(nn.Module):
    """x + two normalised 3x3 convolutions, then half the size and twice the channels."""

    def __init__(self, c: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(c, c, 3, padding=1, bias=False),
            nn.BatchNorm2d(c),
            nn.ReLU(inplace=True),
            nn.Conv2d(c, c, 3, padding=1, bias=False),
            nn.BatchNorm2d(c),
        )
        self.down = nn.Sequential(
            nn.ReLU(), nn.Conv2d(c, 2 * c, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(2 * c)
        )

    def forward(self, x: Tensor) -> Tensor:
        """b c h w -> b 2c h/2 w/2."""
        y: Tensor = self.down(x + self.body(x))
        return y


class AttributeCNN(nn.Module):
    """Images in [0, 1] -> features -> one softmax a code."""

    def __init__(self, config: AttributeCNNConfig) -> None:
        super().__init__()
        w, last = config.width, config.width * 2**config.doublings
        self.codes = config.codes
        self.stem = nn.Sequential(
            nn.Conv2d(config.channels, w, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(w), nn.ReLU()
        )
        self.body = nn.Sequential(*(Residual(w * 2**i) for i in range(config.doublings)), nn.ReLU())
        self.to_features = nn.Linear(last * 16, config.features)
        self.norm = nn.BatchNorm1d(config.features)
        self.heads = nn.Linear(config.features, sum(code.width for code in config.codes))

    def features(self, x: Images) -> Features:
        """The penultimate layer: a 4x4 map, flattened, without a rectifier."""
        h = functional.adaptive_avg_pool2d(self.body(self.stem(2 * x - 1)), 4)
        features: Features = self.norm(self.to_features(h.flatten(1)))
        return features

    def forward(self, x: Images) -> Logits:
        """Logits of all codes side by side."""
        logits: Logits = self.heads(functional.leaky_relu(self.features(x), 0.1)).float()
        return logits

    def split(self, logits: Logits) -> list[Tensor]:
        """The logits of each code."""
        return list(logits.split([code.width for code in self.codes], dim=1))

    def read(self, x: Images) -> Features:
        """The probabilities of the values of every code."""
        return torch.cat([functional.softmax(head, dim=1) for head in self.split(self(x))], dim=1)


FAMILY = Family("attribute-cnn", "Attribute classifier", AttributeCNNConfig, AttributeCNN, "arXiv:1512.03385")

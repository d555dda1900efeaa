"""A small convolutional digit classifier after LeNet (LeCun et al. 1998, doi:10.1109/5.726791).

Its penultimate layer is the feature space `digits-cnn` in which sets of digits are compared. That layer has no ReLU:
a rectified feature is dead for half the images, and a dead feature is blind.
"""

from dataclasses import dataclass

import torch.nn.functional as functional
from torch import nn

from models.family import Family
from models.tensors import Features, Images, Logits


@dataclass(frozen=True)
class DigitsCNNConfig:
    """What fixes the state dict, for 28 px grey images."""

    width: int = 32
    features: int = 64
    classes: int = 10


def conv(c_in: int, c_out: int) -> nn.Sequential:
    """3x3 convolution, batch normalisation, ReLU."""
    return nn.Sequential(nn.Conv2d(c_in, c_out, 3, padding=1, bias=False), nn.BatchNorm2d(c_out), nn.ReLU(inplace=True))


class DigitsCNN(nn.Module):
    """Digits in [0, 1] -> features -> logits."""

    def __init__(self, config: DigitsCNNConfig) -> None:
        super().__init__()
        w = config.width
        self.body = nn.Sequential(
            conv(1, w), conv(w, w), nn.MaxPool2d(2), conv(w, 2 * w), conv(2 * w, 2 * w), nn.MaxPool2d(2)
        )
        self.to_features = nn.Linear(2 * w * 7 * 7, config.features)
        self.norm = nn.BatchNorm1d(config.features)
        self.head = nn.Linear(config.features, config.classes)

    def features(self, x: Images) -> Features:
        """The penultimate layer, b x 64, without a rectifier."""
        features: Features = self.norm(self.to_features(self.body(2 * x - 1).flatten(1)))
        return features

    def classify(self, x: Images) -> Logits:
        """Logits of the ten digits."""
        logits: Logits = self.head(functional.leaky_relu(self.features(x), 0.1))
        return logits

    def forward(self, x: Images) -> Logits:
        """The same as `classify`."""
        return self.classify(x)


FAMILY = Family("digits-cnn", "Digit classifier", DigitsCNNConfig, DigitsCNN, "doi:10.1109/5.726791")

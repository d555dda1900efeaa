"""Two strided convolutions and a hidden layer, for digits (Wong and Kolter 2018, arXiv:1711.00851, section 5).

Nothing in it but convolutions, ReLUs and matrices: no statistics of a batch that an attack could move, and at 2 million
multiplications an image cheap enough to be attacked at every step of its training. Theirs has widths 16 and 32.
"""

from dataclasses import dataclass

from torch import nn

from models.family import Family
from models.tensors import Images, Logits


@dataclass(frozen=True)
class StridedCNNConfig:
    """What fixes the state dict, for 28 px grey images."""

    width: int = 32
    hidden: int = 128
    classes: int = 10


class StridedCNN(nn.Module):
    """Digits in [0, 1] -> logits."""

    def __init__(self, config: StridedCNNConfig) -> None:
        super().__init__()
        w = config.width
        self.body = nn.Sequential(
            nn.Conv2d(1, w, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(w, 2 * w, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(2 * w * 7 * 7, config.hidden),
            nn.ReLU(),
            nn.Linear(config.hidden, config.classes),
        )

    def classify(self, x: Images) -> Logits:
        """Logits of the ten digits."""
        logits: Logits = self.body(x)
        return logits

    def forward(self, x: Images) -> Logits:
        """The same as `classify`."""
        return self.classify(x)


FAMILY = Family("strided-cnn", "Strided digit classifier", StridedCNNConfig, StridedCNN, "arXiv:1711.00851")

"""The digit classifier in whose features sets of digits are compared.

Cross-entropy on digits that are shifted, turned, scaled and sheared a little; AdamW under a one-cycle learning rate.

Contrast and noise that no eye minds are drawn anew at each step: learned from clean digits alone, noise of 0.05 moved
the Fréchet distance further than the loss of a whole class did. Labels are not smoothed, so that a confidence is one.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from models.families.digits_cnn import DigitsCNN, DigitsCNNConfig
from models.tensors import Images
from training.data import Dataset
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec, require
from training.update import Update


@dataclass(frozen=True)
class DigitsRecipeConfig:
    """Peak learning rate, regularisation, and how far digits are moved."""

    width: int = 32
    features: int = 64
    lr: float = 2e-3
    weight_decay: float = 0.02
    turn: float = 0.2
    scale: float = 0.15
    shift: float = 0.12
    noise: float = 0.1
    contrast: float = 0.2


def jitter(x: Images, draw: Draw, *, turn: float, scale: float, shift: float) -> Images:
    """A small affine map of each image: radians, relative scale and shear, shift as a share of half the side."""
    b = len(x)
    angle, shear = ((2 * draw.uniform(b) - 1) * turn for _ in range(2))
    zoom = 1 + (2 * draw.uniform(b) - 1) * scale
    dx, dy = ((2 * draw.uniform(b) - 1) * shift for _ in range(2))
    cos, sin = torch.cos(angle) * zoom, torch.sin(angle) * zoom
    theta = torch.stack([cos, shear - sin, dx, sin, cos, dy], dim=1).view(b, 2, 3)
    grid = functional.affine_grid(theta, list(x.shape), align_corners=False)
    return functional.grid_sample(x, grid, align_corners=False)


def wear(x: Images, draw: Draw, *, noise: float, contrast: float) -> Images:
    """Contrast times 1 +- `contrast`, and Gaussian noise of a deviation drawn from 0..`noise` for each image."""
    b = len(x)
    gain = 1 + (2 * draw.uniform(b, 1, 1, 1) - 1) * contrast
    return (x * gain + noise * draw.uniform(b, 1, 1, 1) * draw.normal(*x.shape)).clamp(0, 1)


class Digits:
    """Supervised classification."""

    def __init__(self, config: DigitsRecipeConfig, data: Dataset) -> None:
        require("digits-cnn-v1", data, size=28, channels=(1,), labels=10)
        self.config = config
        self.examples = torch.from_numpy(data.images[:: max(1, len(data) // 1000)]).float() / 255
        self.model = DigitsCNN(model_config(config, data))
        self.networks = nn.ModuleDict({"model": self.model})
        self.optimizer = AdamW(self.model.parameters(), lr=config.lr, weight_decay=config.weight_decay)
        self.optimizers: dict[str, Optimizer] = {"model": self.optimizer}

    @property
    def network(self) -> nn.Module:
        """The classifier."""
        return self.model

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """One step of cross-entropy."""
        assert batch.y is not None  # noqa: S101 - `require` has seen the labels
        c = self.config
        x = jitter(batch.x, draw, turn=c.turn, scale=c.scale, shift=c.shift)
        logits = self.model(wear(x, draw, noise=c.noise, contrast=c.contrast)).float()
        loss = functional.cross_entropy(logits, batch.y)
        update(self.optimizer, loss)
        return {"loss": loss.detach(), "accuracy": (logits.argmax(1) == batch.y).float().mean()}

    def schedule(self, progress: float) -> None:
        """Up over the first tenth, down a half cosine over the rest."""
        rise = min(1.0, progress / 0.1)
        fall = 0.5 * (1 + math.cos(math.pi * max(0.0, (progress - 0.1) / 0.9)))
        self.optimizer.param_groups[0]["lr"] = self.config.lr * (rise if rise < 1 else fall)

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """One row a digit: ten training images that the network gives this name; black where it gave it to fewer."""
        x = self.examples.to(draw.generator.device)
        names = network(x).argmax(1)
        rows = [x[names == digit][:10] for digit in range(10)]
        return torch.cat([functional.pad(row, [0] * 7 + [10 - len(row)]) for row in rows])


def model_config(config: DigitsRecipeConfig, _data: Dataset) -> DigitsCNNConfig:
    """What fixes the network."""
    return DigitsCNNConfig(width=config.width, features=config.features)


def measure(network: nn.Module, *, data: str, size: int, command: str, samples: tuple[int, ...]) -> tuple[object, ...]:  # noqa: ARG001
    """The card's metrics, on all test digits."""
    from training.evaluation import measure_classifier

    return measure_classifier(network, data=data, command=command)


SMOKE = Preset(Plan(steps=30, batch_size=32), DigitsRecipeConfig(width=8))
CPU = Preset(Plan(steps=6000, batch_size=64, precision="bf16", ema_decay=0.998), DigitsRecipeConfig())
GPU = Preset(Plan(steps=6000, batch_size=128, ema_decay=0.998), DigitsRecipeConfig())

DIGITS = RecipeSpec(
    id="digits-cnn-v1",
    title="Digit classifier",
    family="digits-cnn",
    data="mnist-10k",
    size=28,
    papers=("doi:10.1109/5.726791",),
    presets={"smoke": SMOKE, "cpu": CPU, "gpu": GPU},
    build=Digits,
    model_config=model_config,
    measure=measure,
    text=CardText(
        intended_use="Measuring generated digits: class labels, and the features in which sets are compared.",
        limits=("28x28 grey digits on black; it names every image a digit, whatever it shows.",),
    ),
)

"""Classifiers of drawn faces' attributes, in whose features sets of faces are compared.

Cross-entropy of every attribute, summed; AdamW under a one-cycle learning rate. Small shifts, noise and contrast are
drawn anew at each step: what no eye minds should not weigh in the features.
"""

import math
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from models.families.attribute_cnn import AttributeCNN, AttributeCNNConfig
from models.tensors import Images
from training.conditions import codes_of
from training.data import Dataset
from training.errors import DataUnfit
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec, require
from training.update import Update


@dataclass(frozen=True)
class AttributesRecipeConfig:
    """Sizes, peak learning rate, regularisation, and how far images are worn."""

    width: int = 24
    features: int = 64
    lr: float = 2e-3
    weight_decay: float = 0.02
    shift: int = 3
    noise: float = 0.1
    contrast: float = 0.2


class Attributes:
    """Supervised classification of several attributes."""

    def __init__(self, name: str, config: AttributesRecipeConfig, data: Dataset) -> None:
        require(name, data, size=64, channels=(1, 3))
        if not data.attributes:
            raise DataUnfit(f"{name} learns attributes; {data.name} has none")
        self.config, self.codes = config, codes_of(name, data)
        self.examples = torch.from_numpy(data.images[:100]).float() / 255
        self.model = AttributeCNN(model_config(config, data))
        self.networks = nn.ModuleDict({"model": self.model})
        self.optimizer = AdamW(self.model.parameters(), lr=config.lr, weight_decay=config.weight_decay)
        self.optimizers: dict[str, Optimizer] = {"model": self.optimizer}

    @property
    def network(self) -> nn.Module:
        """The classifier."""
        return self.model

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """One step of cross-entropy, the sum over attributes."""
        heads = self.model.split(self.model(wear(batch.x, draw, self.config)))
        truths = [batch.attributes[code.name] for code in self.codes]
        loss = torch.stack(
            [functional.cross_entropy(head, truth) for head, truth in zip(heads, truths, strict=True)]
        ).sum()
        update(self.optimizer, loss)
        right = [(head.argmax(1) == truth).float().mean() for head, truth in zip(heads, truths, strict=True)]
        return {"loss": loss.detach(), "accuracy-worst-attribute": torch.stack(right).min()}

    def schedule(self, progress: float) -> None:
        """Up over the first tenth, down a half cosine over the rest."""
        rise = min(1.0, progress / 0.1)
        fall = 0.5 * (1 + math.cos(math.pi * max(0.0, (progress - 0.1) / 0.9)))
        self.optimizer.param_groups[0]["lr"] = self.config.lr * (rise if rise < 1 else fall)

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """Faces of the training set, those with the same value of the first attribute side by side."""
        x = self.examples.to(next(network.parameters()).device)
        first: Tensor = network(x)[:, : self.codes[0].width].argmax(1)
        return x[first.argsort(stable=True)]


def wear(x: Images, draw: Draw, config: AttributesRecipeConfig) -> Images:
    """Shifted by whole pixels, the border repeated; contrast times 1 +- `contrast`; Gaussian noise up to `noise`."""
    b, side, s = len(x), x.shape[-1], config.shift
    padded = functional.pad(x, (s, s, s, s), mode="replicate")
    index = torch.arange(side, device=x.device)
    rows, columns = (index + draw.integers(2 * s + 1, b)[:, None] for _ in range(2))
    batch = torch.arange(b, device=x.device)[:, None, None]
    moved = padded.permute(0, 2, 3, 1)[batch, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
    gain = 1 + (2 * draw.uniform(b, 1, 1, 1) - 1) * config.contrast
    return (moved * gain + config.noise * draw.uniform(b, 1, 1, 1) * draw.normal(*moved.shape)).clamp(0, 1)


def model_config(config: AttributesRecipeConfig, data: Dataset) -> AttributeCNNConfig:
    """What fixes the network."""
    return AttributeCNNConfig(
        codes=codes_of("an attribute classifier", data),
        width=config.width,
        features=config.features,
        channels=data.channels,
    )


def measure(network: nn.Module, *, data: str, size: int, command: str, samples: tuple[int, ...]) -> tuple[object, ...]:  # noqa: ARG001
    """The card's metrics, on all test faces."""
    from training.evaluation import measure_attributes

    return measure_attributes(network, data=data, command=command)


MICAH = RecipeSpec(
    id="micah-cnn-v1",
    title="Attribute classifier of Micah's faces",
    family="attribute-cnn",
    data="avatars-micah",
    size=64,
    papers=("arXiv:1512.03385",),
    presets={
        "smoke": Preset(Plan(steps=30, batch_size=16), AttributesRecipeConfig(width=4, features=16)),
        "cpu": Preset(Plan(steps=2500, batch_size=64, precision="bf16", ema_decay=0.998), AttributesRecipeConfig()),
        "gpu": Preset(Plan(steps=5000, batch_size=128, ema_decay=0.998), AttributesRecipeConfig(width=32)),
    },
    build=partial(Attributes, "micah-cnn-v1"),
    model_config=model_config,
    measure=measure,
    text=CardText(
        intended_use="Measuring generated faces: their attributes, and the features in which sets are compared.",
        limits=("64x64 drawings in the style of Micah; it gives every image a face's attributes, whatever it shows.",),
        licence="CC-BY-4.0",
    ),
)

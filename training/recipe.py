"""What a recipe is: a paper's algorithm as one step(), its presets, and what its card says.

The loop knows nothing of GANs; a recipe knows nothing of files, processes or clocks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from torch import Tensor, nn
from torch.optim import Optimizer

from models.tensors import Images, Labels, Masks
from training.data import Dataset
from training.errors import DataUnfit
from training.randomness import Draw
from training.update import Update


@dataclass(frozen=True)
class Batch:
    """What a step sees: x in [0, 1], and what the data set has beside it.

    y: labels; attributes: one index an image for each; masks: a class at each pixel; pairs: the image that belongs to
    x; other: as many images of the second domain, none of them x's own; rows: where in the data x is.
    """

    x: Images
    y: Labels | None
    attributes: Mapping[str, Labels] = field(default_factory=dict)
    masks: Masks | None = None
    pairs: Images | None = None
    other: Images | None = None
    rows: Labels | None = None


class Recipe(Protocol):
    """A training algorithm with its networks and optimisers, under the names they are saved by."""

    networks: nn.ModuleDict
    optimizers: dict[str, Optimizer]

    @property
    def network(self) -> nn.Module:
        """The one that is averaged, sampled, measured and shipped."""

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """One iteration of the paper's algorithm. Returns its losses, detached."""

    def schedule(self, progress: float) -> None:
        """Sets the learning rates for a run that is `progress` (0..1) of the way: a pure function, no state."""

    def preview(self, network: nn.Module, draw: Draw) -> Images | None:
        """A sheet of at most 100 images from latents that never change, or None when there is nothing to see."""


@dataclass(frozen=True)
class Plan:
    """How long and how a preset trains."""

    steps: int
    batch_size: int
    precision: str = "fp32"
    clip: float | None = None
    ema_decay: float = 0.999
    sample_every: int = 500
    samples: tuple[int, ...] = (2000, 10_000)  # that the card's figures are taken of


@dataclass(frozen=True)
class Preset:
    """A plan and the recipe's own config."""

    plan: Plan
    config: Any


class Measure(Protocol):
    """The figures of a card."""

    def __call__(
        self, network: nn.Module, *, data: str, size: int, command: str, samples: tuple[int, ...]
    ) -> tuple[Any, ...]:
        """Of the network as shipped, on `data` at `size` pixels; `command` prints them again, `samples` says of how
        many images.
        """


Look = Callable[[nn.Module], Mapping[str, float]]


class Watch(Protocol):
    """Figures of a network that is still learning."""

    def __call__(self, data: Dataset, *, samples: int) -> Look | None:
        """What to ask of the averaged network whenever a sheet is drawn; None where nothing can judge it."""


@dataclass(frozen=True)
class CardText:
    """The words of a card that no measurement gives."""

    intended_use: str
    limits: tuple[str, ...]
    published: tuple[Mapping[str, str], ...] = ()
    licence: str = "CC0-1.0"


@dataclass(frozen=True)
class RecipeSpec:
    """A recipe by name: `id` is also the id of the checkpoint it makes."""

    id: str
    title: str
    family: str
    data: str
    size: int  # pixels a side
    papers: tuple[str, ...]
    presets: Mapping[str, Preset]
    build: Callable[[Any, Dataset], Recipe]
    model_config: Callable[[Any, Dataset], Any]
    measure: Measure
    text: CardText = field(repr=False)
    watch: Watch | None = None  # sample quality in the log, where there is an extractor


def require(recipe: str, data: Dataset, *, size: int, channels: tuple[int, ...], labels: int | None = None) -> None:
    """Raises DataUnfit unless the images are `size` px square, of one of these channels, in `labels` classes."""
    wanted = f"{recipe} learns from {size}x{size} images of {' or '.join(map(str, channels))} channels"
    if data.size != size or data.channels not in channels:
        raise DataUnfit(f"{wanted}; {data.name} has {data.size}x{data.size} of {data.channels}")
    if labels is not None and (data.labels is None or len(data.label_names) != labels):
        raise DataUnfit(f"{recipe} learns {labels} classes; {data.name} has {len(data.label_names) or 'no labels'}")

"""U-Net on the parts of emoji: which layer of the drawing is seen at each pixel (Ronneberger et al. 2015,
arXiv:1505.04597).

`unet-openmoji-parts` minimises cross-entropy, as the paper does; `unet-openmoji-parts-l2` the lecture's
E ||U(x) - m||^2, m the mask as a map of zeros and ones a class. `--set skips=0` cuts the bridges. Adam under a
one-cycle learning rate; images are mirrored and moved by a few pixels, half of them turned and scaled as well, and
masks with them.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.families.unet import UNet, UNetConfig
from models.palette import palette
from models.tensors import ClassMaps, Images, Masks
from training.data import Dataset
from training.errors import DataUnfit
from training.mirror import mirrored
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec
from training.update import Update

Loss = Callable[[ClassMaps, Masks], Tensor]
SHOWN = 27  # images of the sheet, each with its mask and its answer: three a row


@dataclass(frozen=True)
class UNetRecipeConfig:
    """Width at full resolution, halvings, bridges or none, peak learning rate, largest shift in pixels, largest turn in
    degrees, and by which factor images grow or shrink at most.
    """

    width: int = 16
    depth: int = 4
    skips: int = 1
    lr: float = 2e-3
    shift: int = 4
    turn: float = 20.0
    zoom: float = 1.25


def cross_entropy(scores: ClassMaps, m: Masks) -> Tensor:
    """-log softmax at the true class, averaged over pixels."""
    return functional.cross_entropy(scores, m)


def squared_error(scores: ClassMaps, m: Masks) -> Tensor:
    """||U(x) - m||^2 a pixel, m one-hot."""
    return (scores - one_hot(m, scores.shape[1])).square().sum(dim=1).mean()


def one_hot(m: Masks, k: int) -> ClassMaps:
    """b h w -> b k h w."""
    return functional.one_hot(m, k).movedim(3, 1).float()


def moved(x: Images, m: Masks, draw: Draw, *, shift: int) -> tuple[Images, Masks]:
    """Half of the batch mirrored, and all of it moved by one step of at most `shift` pixels; the edge is repeated."""
    x, m = mirrored(draw, x, m)
    h, w = m.shape[1:]
    top, left = draw.integers(2 * shift + 1, 2).tolist()
    x, wide = (functional.pad(y, [shift] * 4, mode="replicate") for y in (x, m[:, None].float()))
    return x[..., top : top + h, left : left + w], wide[:, 0, top : top + h, left : left + w].long()


def posed(x: Images, m: Masks, draw: Draw, *, turn: float, zoom: float) -> tuple[Images, Masks]:
    """Each row with even odds as it is, or turned by up to `turn` degrees and scaled by 1/`zoom` to `zoom`.

    Images are interpolated, masks are looked up; the edge is repeated.
    """
    b = len(x)
    chosen, angle, scale = (draw.uniform(b) < 0.5).float(), 2 * draw.uniform(b) - 1, 2 * draw.uniform(b) - 1
    angle, scale = chosen * angle * math.radians(turn), zoom ** (chosen * scale)
    cos, sin, zero = angle.cos() * scale, angle.sin() * scale, torch.zeros_like(angle)
    theta = torch.stack([cos, -sin, zero, sin, cos, zero], dim=1).view(b, 2, 3)
    with torch.autocast(x.device.type, enabled=False):  # in half precision the grid would be off by pixels
        grid = functional.affine_grid(theta, [b, 1, *m.shape[1:]], align_corners=False)
        x = functional.grid_sample(x, grid, padding_mode="border", align_corners=False)
        wide = functional.grid_sample(
            m[:, None].float(), grid, mode="nearest", padding_mode="border", align_corners=False
        )
    return x, wide[:, 0].long()


class Segmentation:
    """One step of the loss."""

    def __init__(self, name: str, config: UNetRecipeConfig, data: Dataset, *, loss: Loss) -> None:
        if data.masks is None:
            raise DataUnfit(f"{name} learns masks; {data.name} has none")
        self.config, self.loss, self.palette = config, loss, palette(len(data.mask_names))
        rows = torch.arange(SHOWN) * len(data) // SHOWN
        self.examples = torch.from_numpy(data.images[rows.numpy()]).float() / 255
        self.truth = torch.from_numpy(data.masks[rows.numpy()]).long()
        self.U = UNet(model_config(config, data))
        self.networks = nn.ModuleDict({"U": self.U})
        self.optimizer = Adam(self.U.parameters(), lr=config.lr)
        self.optimizers: dict[str, Optimizer] = {"U": self.optimizer}

    @property
    def network(self) -> nn.Module:
        """U."""
        return self.U

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """U on images and masks that were posed and moved together."""
        assert batch.masks is not None  # noqa: S101 - the constructor has seen them
        c = self.config
        x, m = posed(batch.x, batch.masks, draw, turn=c.turn, zoom=c.zoom)
        x, m = moved(x, m, draw, shift=c.shift)
        scores = self.U(x)
        loss = self.loss(scores, m)
        update(self.optimizer, loss)
        return {"loss": loss.detach(), "accuracy": (scores.argmax(dim=1) == m).float().mean()}

    def schedule(self, progress: float) -> None:
        """Up over the first tenth, down a half cosine over the rest."""
        rise, fall = min(1.0, progress / 0.1), 0.5 * (1 + math.cos(math.pi * max(0.0, (progress - 0.1) / 0.9)))
        self.optimizer.param_groups[0]["lr"] = self.config.lr * (rise if rise < 1 else fall)

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """Images, each beside its true mask and the network's answer."""
        device = draw.generator.device
        told = network(self.examples.to(device)).argmax(dim=1).cpu()
        seen = self.examples.expand(-1, 3, -1, -1)
        masks = [self.palette[m].movedim(3, 1) for m in (self.truth, told)]
        return torch.stack([seen, *masks], dim=1).flatten(0, 1)


def model_config(config: UNetRecipeConfig, data: Dataset) -> UNetConfig:
    """What fixes the network."""
    return UNetConfig(
        classes=len(data.mask_names),
        channels=data.channels,
        width=config.width,
        depth=config.depth,
        skips=bool(config.skips),
    )


def measure(network: nn.Module, *, data: str, size: int, command: str, samples: tuple[int, ...]) -> tuple[object, ...]:  # noqa: ARG001
    """The card's metrics, on all test images."""
    from training.evaluation import measure_segmentation

    return measure_segmentation(network, data=data, size=size, command=command)


def parts(name: str, title: str, *, loss: Loss, use: str) -> RecipeSpec:
    """A recipe that differs from the other in its loss."""
    return RecipeSpec(
        id=name,
        title=title,
        family="unet",
        data="openmoji",
        size=64,
        papers=("arXiv:1505.04597",),
        presets={
            "smoke": Preset(Plan(steps=30, batch_size=8, sample_every=15), UNetRecipeConfig(width=4, depth=2)),
            "cpu": Preset(Plan(steps=7000, batch_size=16, precision="bf16", sample_every=1000), UNetRecipeConfig()),
            "gpu": Preset(
                Plan(steps=20_000, batch_size=32, precision="bf16", sample_every=2000), UNetRecipeConfig(width=32)
            ),
        },
        build=partial(Segmentation, name, loss=loss),
        model_config=model_config,
        measure=measure,
        text=CardText(
            intended_use=use,
            limits=("Drawings in the style of OpenMoji on white; a part means a layer of the drawing, not an object.",),
            licence="CC-BY-SA-4.0",
        ),
    )


PARTS = parts(
    "unet-openmoji-parts",
    "U-Net: the parts of an emoji",
    loss=cross_entropy,
    use="Teaching and study: segmentation of a drawing into background, colour, skin, hair and line.",
)
PARTS_L2 = parts(
    "unet-openmoji-parts-l2",
    "U-Net: the parts of an emoji, by squared error",
    loss=squared_error,
    use="Teaching and study: the lecture's squared error beside cross-entropy.",
)

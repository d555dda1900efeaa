"""pix2pix (Isola et al. 2017, arXiv:1611.07004, sections 3 and 6.2).

G* = arg min max L_cGAN(G, D) + lambda L_L1(G) on pairs, D told the image that G began with. L1 of images in [0, 1]: the
paper's lambda of 100 on [-1, 1] is 200 here. D's loss is halved, which slows it down beside G. Adam at 2e-4 with
beta_1 = 0.5, constant for half of the run, then linearly to zero. `--set skips=0` cuts the bridges of G.
"""

from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.blocks import PatchDiscriminator
from models.families.pix2pix import Pix2Pix as Network
from models.families.pix2pix import Pix2PixConfig
from models.objectives import non_saturating_d, non_saturating_g
from models.tensors import Images, Scores
from training.data import Dataset
from training.errors import DataUnfit
from training.mirror import mirrored
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec
from training.update import Update

SHOWN = 27  # pairs of the sheet: three a row


@dataclass(frozen=True)
class Pix2PixRecipeConfig:
    """Names of the domains, widths, halvings of G, bridges or none, strided layers of D, weight of L1, rate."""

    domains: tuple[str, ...] = ("a", "b")
    width: int = 32
    depth: int = 5
    skips: int = 1
    d_width: int = 32
    patch_layers: int = 2
    lam: float = 200.0
    lr: float = 2e-4
    beta_1: float = 0.5


class Pix2Pix:
    """D on the true and the drawn counterpart, then G."""

    def __init__(self, name: str, config: Pix2PixRecipeConfig, data: Dataset) -> None:
        if data.pairs is None:
            raise DataUnfit(f"{name} learns from pairs; {data.name} has none")
        self.config = config
        self.G = Network(model_config(config, data))
        self.D = PatchDiscriminator(channels=sum(channels(data)), width=config.d_width, layers=config.patch_layers)
        self.networks = nn.ModuleDict({"G": self.G, "D": self.D})
        self.opt_g, self.opt_d = (
            Adam(network.parameters(), lr=config.lr, betas=(config.beta_1, 0.999)) for network in (self.G, self.D)
        )
        self.optimizers: dict[str, Optimizer] = {"G": self.opt_g, "D": self.opt_d}
        rows = (torch.arange(SHOWN) * len(data) // SHOWN).numpy()
        self.examples = tuple(torch.from_numpy(each[rows]).float() / 255 for each in (data.images, data.pairs))

    @property
    def network(self) -> nn.Module:
        """G."""
        return self.G

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """Section 3.3: one step of D, one of G."""
        assert batch.pairs is not None  # noqa: S101 - the constructor has seen them
        x, y = mirrored(draw, batch.x, batch.pairs)
        fake = self.G(x)
        loss_d = non_saturating_d(self.judge(x, y), self.judge(x, fake.detach()))
        update(self.opt_d, loss_d / 2)
        adversarial, l1 = non_saturating_g(self.judge(x, fake)), (fake - y).abs().mean()
        update(self.opt_g, adversarial + self.config.lam * l1)
        return {"loss_d": loss_d.detach(), "adversarial": adversarial.detach(), "l1": l1.detach()}

    def judge(self, x: Images, y: Images) -> Scores:
        """D's logit of every patch of every pair."""
        return self.D.patches(torch.cat([x, y], dim=1))

    def schedule(self, progress: float) -> None:
        """Constant for half of the run, then linearly to zero."""
        for optimizer in (self.opt_g, self.opt_d):
            optimizer.param_groups[0]["lr"] = self.config.lr * min(1.0, 2 * (1 - progress))

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """Pairs: given, drawn, true; grey as RGB."""
        x, y = (example.to(draw.generator.device) for example in self.examples)
        return torch.stack([part.expand(-1, 3, -1, -1) for part in (x, network(x), y)], dim=1).flatten(0, 1)


def channels(data: Dataset) -> tuple[int, int]:
    """Of what is given and of what is drawn."""
    return data.channels, data.channels if data.pairs is None else int(data.pairs.shape[1])


def model_config(config: Pix2PixRecipeConfig, data: Dataset) -> Pix2PixConfig:
    """What fixes G."""
    a, b = config.domains
    return Pix2PixConfig((a, b), channels(data), config.width, config.depth, bool(config.skips))


def measure(network: nn.Module, *, data: str, size: int, command: str, samples: tuple[int, ...]) -> tuple[object, ...]:
    """The card's metrics, on the held-out pairs."""
    from training.evaluation import measure_translation

    return measure_translation(network, data=data, size=size, command=command, most=max(samples))


def presets(config: Pix2PixRecipeConfig) -> dict[str, Preset]:
    """Of one direction at 64 px."""
    small = replace(config, width=4, d_width=4, depth=2)
    return {
        "smoke": Preset(Plan(steps=30, batch_size=4, sample_every=15, samples=(60,)), small),
        "cpu": Preset(Plan(steps=8000, batch_size=8, precision="bf16", sample_every=500), config),
        "gpu": Preset(
            Plan(steps=20_000, batch_size=32, precision="bf16", sample_every=2000),
            replace(config, width=48, d_width=64),
        ),
    }


def spec(name: str, title: str, config: Pix2PixRecipeConfig, *, data: str, text: CardText) -> RecipeSpec:
    """A recipe for one direction."""
    return RecipeSpec(
        id=name,
        title=title,
        family="pix2pix",
        data=data,
        size=64,
        papers=("arXiv:1611.07004",),
        presets=presets(config),
        build=partial(Pix2Pix, name),
        model_config=model_config,
        measure=measure,
        text=text,
    )


OPENMOJI = spec(
    "pix2pix-openmoji",
    "pix2pix: emoji coloured from their lines",
    Pix2PixRecipeConfig(("line", "color")),
    data="swapped:openmoji",
    text=CardText(
        intended_use="Teaching and study: what pairs are worth, beside the CycleGAN that never saw one.",
        limits=("Drawings in the style of OpenMoji on white; a line drawing does not say which colours are right.",),
        licence="CC-BY-SA-4.0",
    ),
)

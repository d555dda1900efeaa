"""Skip-GANomaly on normal images (Akcay et al. 2019, arXiv:1901.08954, section 3.2).

Eq. 4: lam_adv L_adv + lam_con ||x - x_hat||_1 + lam_lat ||f(x) - f(x_hat)||_2, with 1, 40, 1 in the paper. Means over
elements, squares in the last. Images in [0, 1]: 40 on [-1, 1] is 80. Adam at 2e-4, beta_1 = 0.5, rates falling over the
last half. `--set skips=0` cuts the bridges; `erase` erases squares of that many pixels from what G sees (not in the
paper, where bridges let everything through, anomalies too; 0 for the paper's way).
"""

from dataclasses import dataclass, replace
from functools import partial

import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.families.skipganomaly import SkipGANomaly, SkipGANomalyConfig
from models.objectives import non_saturating_d, non_saturating_g
from models.tensors import Images
from training.anomalies import examples, measure, mirrored_at_random, sheet
from training.data import Dataset
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec
from training.update import Update


@dataclass(frozen=True)
class SkipGANomalyRecipeConfig:
    """Widths and halvings of G and D, bridges or none, the three weights, squares erased, mirrored or not, rate."""

    width: int = 16
    depth: int = 4
    d_width: int = 16
    d_depth: int = 3
    skips: int = 1
    lam_adv: float = 1.0
    lam_con: float = 80.0
    lam_lat: float = 1.0
    erase: int = 0
    mirror: int = 0
    lr: float = 2e-4
    beta_1: float = 0.5


def erased(x: Images, draw: Draw, *, side: int) -> Images:
    """A quarter of the squares of a grid, chosen at random, set to the middle grey."""
    b, _, h, w = x.shape
    cells = (draw.uniform(b, 1, -(-h // side), -(-w // side)) < 0.25).float()
    mask = functional.interpolate(cells, scale_factor=side, mode="nearest")[..., :h, :w]
    return torch.where(mask > 0, 0.5, x)


class Detection:
    """D, then G."""

    def __init__(self, name: str, config: SkipGANomalyRecipeConfig, data: Dataset) -> None:
        self.config = config
        self.S = SkipGANomaly(model_config(config, data))
        self.networks = nn.ModuleDict({"G": self.S.G, "D": self.S.D})
        self.opt_g, self.opt_d = (
            Adam(each.parameters(), lr=config.lr, betas=(config.beta_1, 0.999)) for each in (self.S.G, self.S.D)
        )
        self.optimizers: dict[str, Optimizer] = {"G": self.opt_g, "D": self.opt_d}
        self.examples = examples(data)

    @property
    def network(self) -> nn.Module:
        """Both: D's features are half of the score."""
        return self.S

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """One step of each."""
        c, x, D = self.config, batch.x, self.S.D
        x = mirrored_at_random(x, draw.uniform(len(x))) if c.mirror else x
        x_hat = self.S.G(erased(x, draw, side=c.erase) if c.erase else x)
        loss_d = non_saturating_d(D(x), D(x_hat.detach()))
        update(self.opt_d, loss_d)
        f, f_hat = D.features(x).detach(), D.features(x_hat)
        adv, con, lat = non_saturating_g(D.judge(f_hat)), (x - x_hat).abs().mean(), (f - f_hat).square().mean()
        update(self.opt_g, c.lam_adv * adv + c.lam_con * con + c.lam_lat * lat)
        return {"loss_d": loss_d.detach(), "adv": adv.detach(), "con": con.detach(), "lat": lat.detach()}

    def schedule(self, progress: float) -> None:
        """Constant for half of the run, then linearly to zero."""
        for optimizer in (self.opt_g, self.opt_d):
            optimizer.param_groups[0]["lr"] = self.config.lr * min(1.0, 2 * (1 - progress))

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """Training images, half of them spoiled."""
        return sheet(network, self.examples.to(draw.generator.device))


def model_config(config: SkipGANomalyRecipeConfig, data: Dataset) -> SkipGANomalyConfig:
    """What fixes the networks."""
    c = config
    return SkipGANomalyConfig(data.channels, c.width, c.depth, c.d_width, c.d_depth, bool(c.skips))


def spec(
    name: str, title: str, config: SkipGANomalyRecipeConfig, *, data: str, size: int, text: CardText
) -> RecipeSpec:
    """A recipe for one set."""
    small = replace(config, width=4, d_width=4, depth=2, d_depth=2)
    return RecipeSpec(
        id=name,
        title=title,
        family="skipganomaly",
        data=data,
        size=size,
        papers=("arXiv:1901.08954",),
        presets={
            "smoke": Preset(Plan(steps=30, batch_size=16, sample_every=15), small),
            "cpu": Preset(Plan(steps=3000, batch_size=32, precision="bf16", ema_decay=0.99), config),
            "gpu": Preset(
                Plan(steps=15_000, batch_size=64, ema_decay=0.99, sample_every=1000),
                replace(config, width=2 * config.width, d_width=2 * config.d_width),
            ),
        },
        build=partial(Detection, name),
        model_config=model_config,
        measure=measure,
        text=text,
    )


DIGITS = spec(
    "skipganomaly-digits",
    "Skip-GANomaly: a digit that it never saw",
    SkipGANomalyRecipeConfig(),
    data="mnist-10k-without-1",
    size=28,
    text=CardText(
        intended_use="Teaching and study: what bridges do to anomaly detection, beside references without a network.",
        limits=("Digits of 28 px, white on black. It may score an unseen digit *lower* than those it learned.",),
    ),
)
BRICK = spec(
    "skipganomaly-brick",
    "Skip-GANomaly: defects of a brick wall",
    SkipGANomalyRecipeConfig(mirror=1),
    data="textures-brick",
    size=64,
    text=CardText(
        intended_use="Teaching and study: defects in a texture, beside `inpaint-brick`.",
        limits=("One photograph of one wall. Smooth defects are redrawn better than normal texture, and missed.",),
    ),
)
OWN = spec(
    "skipganomaly",
    "Skip-GANomaly",
    SkipGANomalyRecipeConfig(),
    data="textures-brick",
    size=64,
    text=CardText(
        intended_use="Normal images of your own: --data folder:PATH; bricks where none is named.",
        limits=("What is normal is the user's choice: see the card's data.",),
        licence="as its data: see the card's data",
    ),
)

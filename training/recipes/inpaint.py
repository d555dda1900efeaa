"""Inpainting of erased regions of normal images (after Nguyen et al. 2020, arXiv:2010.01942).

At every step one of the scales and one place of its grid, alike for the whole batch. U minimises the negative
log-likelihood of the erased pixels, log sigma + ((x - mu) / sigma)^2 / 2, and `adversarial` times the GAN's loss of
images in which they are filled by mu, judged by patches. Along the way it keeps the mean and the deviation of the log
of the energy in erased squares, which the heat is measured in. Adam, rates falling over the last half; images are
mirrored.
"""

from dataclasses import dataclass, replace
from functools import partial

import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.blocks import PatchDiscriminator
from models.families.inpaint import FLOOR, Inpaint, InpaintConfig, squares
from models.objectives import non_saturating_d, non_saturating_g
from models.tensors import Images
from training.anomalies import examples, measure, mirrored_at_random, sheet
from training.data import Dataset
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec
from training.update import Update

MOMENTUM = 0.02


@dataclass(frozen=True)
class InpaintRecipeConfig:
    """Width and halvings of U, sides of squares, width of D, weight of its loss, mirrored or not, rate."""

    width: int = 16
    depth: int = 3
    scales: tuple[int, ...] = (4, 8, 16)
    d_width: int = 16
    adversarial: float = 0.02
    mirror: int = 1
    lr: float = 1e-3


class Inpainting:
    """D, then U."""

    def __init__(self, name: str, config: InpaintRecipeConfig, data: Dataset) -> None:
        self.config = config
        self.U = Inpaint(model_config(config, data))
        self.D = PatchDiscriminator(channels=data.channels, width=config.d_width, layers=2)
        self.networks = nn.ModuleDict({"U": self.U, "D": self.D})
        self.opt_u = Adam(self.U.parameters(), lr=config.lr)
        self.opt_d = Adam(self.D.parameters(), lr=config.lr / 4, betas=(0.5, 0.999))
        self.optimizers: dict[str, Optimizer] = {"U": self.opt_u, "D": self.opt_d}
        self.examples = examples(data)

    @property
    def network(self) -> nn.Module:
        """U."""
        return self.U

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """One step of each."""
        x = mirrored_at_random(batch.x, draw.uniform(len(batch.x))) if self.config.mirror else batch.x
        scale = int(draw.integers(len(self.config.scales)))
        side = self.config.scales[scale]
        top, left = draw.integers(2 * side, 2).tolist()
        mask = squares(*x.shape[2:], side=side, top=top, left=left).to(x.device).expand(len(x), -1, -1, -1)
        mu, log_sigma = self.U(x, mask)
        error = (x - mu) * torch.exp(-log_sigma)
        likelihood = ((log_sigma + error.square() / 2) * mask).sum() / (mask.sum() * x.shape[1])
        drawn = torch.where(mask > 0, mu, x)
        loss_d = non_saturating_d(self.D.patches(x), self.D.patches(drawn.detach()))
        update(self.opt_d, loss_d)
        adv = non_saturating_g(self.D.patches(drawn))
        update(self.opt_u, likelihood + self.config.adversarial * adv)
        self.track(scale, error.detach().float(), mask)
        return {"nll": likelihood.detach(), "loss_d": loss_d.detach(), "adv": adv.detach()}

    @torch.no_grad()
    def track(self, scale: int, error: Images, mask: Images) -> None:
        """Moves mean and deviation of the log of the energy, over squares that were erased whole."""
        side = self.config.scales[scale]
        squared = functional.avg_pool2d(error.square().mean(dim=1, keepdim=True), side, stride=1)
        whole = functional.avg_pool2d(mask, side, stride=1) > 1 - 1e-4
        if not whole.any():
            return
        t = (squared[whole] + FLOOR).log()
        self.U.centre[scale].lerp_(t.mean(), MOMENTUM)
        deviation = (t - self.U.centre[scale]).square().mean().sqrt()
        self.U.spread[scale].lerp_(deviation.clamp(min=1e-2), MOMENTUM)

    def schedule(self, progress: float) -> None:
        """Constant for half of the run, then linearly to zero."""
        for optimizer, rate in ((self.opt_u, self.config.lr), (self.opt_d, self.config.lr / 4)):
            optimizer.param_groups[0]["lr"] = rate * min(1.0, 2 * (1 - progress))

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """Training images, half of them spoiled."""
        return sheet(network, self.examples.to(draw.generator.device))


def model_config(config: InpaintRecipeConfig, data: Dataset) -> InpaintConfig:
    """What fixes U."""
    return InpaintConfig(data.channels, config.width, config.depth, config.scales)


PRESET = InpaintRecipeConfig()
BRICK = RecipeSpec(
    id="inpaint-brick",
    title="Inpainting: defects of a brick wall",
    family="inpaint",
    data="textures-brick",
    size=64,
    papers=("arXiv:2010.01942",),
    presets={
        "smoke": Preset(
            Plan(steps=30, batch_size=8, sample_every=15),
            replace(PRESET, width=4, depth=2, d_width=4, scales=(4, 8)),
        ),
        "cpu": Preset(Plan(steps=2000, batch_size=8, precision="bf16", ema_decay=0.995), PRESET),
        "gpu": Preset(
            Plan(steps=15_000, batch_size=32, ema_decay=0.999, sample_every=1000), replace(PRESET, width=32, d_width=32)
        ),
    },
    build=partial(Inpainting, "inpaint-brick"),
    model_config=model_config,
    measure=measure,
    text=CardText(
        intended_use="Teaching and study: defects in a texture, also those that are smoother than it is.",
        limits=("One photograph of one wall, 64 px at its own scale.",),
    ),
)

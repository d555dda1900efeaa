"""Conditional GANs: digits by class, faces by attributes (Mirza and Osindero 2014, arXiv:1411.1784).

`cgan-mnist` has the projection discriminator (Miyato and Koyama 2018, arXiv:1802.05637), `cgan-concat-mnist` that of
Mirza and Osindero; they differ in nothing else. Non-saturating losses; samples are drawn with the labels of the real
images beside them, so that both halves of a batch have the same classes.
"""

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.families.cgan import CGANConfig, Concatenation, Discriminator, Generator, Projection
from models.objectives import non_saturating_d, non_saturating_g
from models.tensors import Images
from training.adversarial import measure, watch
from training.augment import diff_augment
from training.conditions import codes_of, columns_of
from training.data import Dataset
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec, require
from training.update import Update


@dataclass(frozen=True)
class CGANRecipeConfig:
    """G's maps from `start` px up, D's from the image down, its gain, DiffAugment's policy, the learning rates."""

    latent_dim: int = 64
    start: int = 7
    g_widths: tuple[int, ...] = (128, 64, 32)
    d_widths: tuple[int, ...] = (32, 64, 128, 256)
    gain: float = 4.0
    policy: tuple[str, ...] = ("translation",)
    lr_g: float = 3e-3
    lr_d: float = 5e-4
    betas: tuple[float, float] = (0.5, 0.99)


class CGAN:
    """One D step and one G step on the same fakes."""

    def __init__(
        self, name: str, config: CGANRecipeConfig, data: Dataset, *, discriminator: type[Projection | Concatenation]
    ) -> None:
        size = config.start * 2 ** (len(config.g_widths) - 1)
        require(name, data, size=size, channels=(1, 3))
        self.config, self.codes = config, codes_of(name, data)
        self.G = Generator(model_config(config, data))
        D = discriminator(
            channels=data.channels,
            codes=sum(code.width for code in self.codes),
            widths=config.d_widths,
            gain=config.gain,
        )
        self.D: Discriminator = D
        self.networks = nn.ModuleDict({"G": self.G, "D": D})
        self.opt_g = Adam(self.G.parameters(), lr=config.lr_g, betas=config.betas)
        self.opt_d = Adam(D.parameters(), lr=config.lr_d, betas=config.betas)
        self.optimizers: dict[str, Optimizer] = {"G": self.opt_g, "D": self.opt_d}

    @property
    def network(self) -> nn.Module:
        """G."""
        return self.G

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """D on data and samples of the same codes, then G on what the new D says of the same samples."""

        def T(x: Images) -> Images:
            return diff_augment(x, draw, self.config.policy)

        y = columns_of(batch, self.codes)
        fake = self.G(torch.cat([draw.normal(len(y), self.config.latent_dim), y], dim=1))
        loss_d = non_saturating_d(self.D(T(batch.x), y), self.D(T(fake.detach()), y))
        update(self.opt_d, loss_d)
        loss_g = non_saturating_g(self.D(T(fake), y))
        update(self.opt_g, loss_g)
        return {"loss_d": loss_d.detach(), "loss_g": loss_g.detach()}

    def schedule(self, progress: float) -> None:
        """Linearly to zero."""
        for optimizer, lr in ((self.opt_g, self.config.lr_g), (self.opt_d, self.config.lr_d)):
            optimizer.param_groups[0]["lr"] = (1 - progress) * lr

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """Ten rows, one for each value of the first code, then again with other noise; a column keeps the rest."""
        prior, code = self.G.prior, self.codes[0]
        rows = []
        for i in range(10):
            group, value = divmod(i, code.width)
            z = prior.draw(seed=0, rows=range(10 * group, 10 * group + 10))
            rows.append(prior.choose(z, {code.name: [code.values[value]] * 10}).to(draw.generator.device))
        images: Images = network(torch.cat(rows))
        return images


def model_config(config: CGANRecipeConfig, data: Dataset) -> CGANConfig:
    """What fixes the generator."""
    return CGANConfig(
        codes=codes_of("a conditional GAN", data),
        latent_dim=config.latent_dim,
        start=config.start,
        widths=config.g_widths,
        channels=data.channels,
    )


TINY = CGANRecipeConfig(g_widths=(16, 8, 8), d_widths=(8, 8, 8, 8))
PRESETS = {
    "smoke": Preset(Plan(steps=30, batch_size=16, sample_every=15, samples=(300,)), TINY),
    "cpu": Preset(Plan(steps=6000, batch_size=64, precision="bf16", sample_every=500), CGANRecipeConfig()),
    "gpu": Preset(Plan(steps=20_000, batch_size=128, precision="bf16", sample_every=2000), CGANRecipeConfig()),
}
FACES = CGANRecipeConfig(
    start=4,
    g_widths=(192, 128, 96, 64, 32),
    d_widths=(24, 48, 96, 192, 192),
    lr_g=2e-3,
)
LIMITS = (
    "Digits of the ten classes only, 28x28 grey.",
    "Learned from 8,000 images of MNIST: some samples are no legible digit, or not the one that was asked for.",
)

PROJECTION = RecipeSpec(
    id="cgan-mnist",
    title="Conditional GAN on digits",
    family="cgan",
    data="mnist-10k",
    size=28,
    papers=("arXiv:1411.1784", "arXiv:1802.05637"),
    presets=PRESETS,
    build=partial(CGAN, "cgan-mnist", discriminator=Projection),
    model_config=model_config,
    measure=measure,
    watch=watch,
    text=CardText(intended_use="Teaching and study: handwritten digits of a class that you choose.", limits=LIMITS),
)

CONCATENATION = RecipeSpec(
    id="cgan-concat-mnist",
    title="Conditional GAN on digits, labels joined to D's input",
    family="cgan",
    data="mnist-10k",
    size=28,
    papers=("arXiv:1411.1784",),
    presets=PRESETS,
    build=partial(CGAN, "cgan-concat-mnist", discriminator=Concatenation),
    model_config=model_config,
    measure=measure,
    watch=watch,
    text=CardText(
        intended_use="Teaching and study: the conditional GAN of 2014, beside the projection discriminator.",
        limits=LIMITS,
    ),
)

AVATARS = RecipeSpec(
    id="cgan-avatars",
    title="Conditional GAN on drawn faces",
    family="cgan",
    data="avatars-micah",
    size=64,
    papers=("arXiv:1411.1784", "arXiv:1802.05637"),
    presets={
        "smoke": Preset(
            Plan(steps=30, batch_size=16, sample_every=15, samples=(300,)),
            CGANRecipeConfig(start=4, g_widths=(8, 8, 4, 4, 4), d_widths=(4, 4, 8, 8, 8)),
        ),
        "cpu": Preset(Plan(steps=6000, batch_size=32, precision="bf16", sample_every=500), FACES),
        "gpu": Preset(Plan(steps=20_000, batch_size=64, precision="bf16", sample_every=2000), FACES),
    },
    build=partial(CGAN, "cgan-avatars", discriminator=Projection),
    model_config=model_config,
    measure=measure,
    watch=watch,
    text=CardText(
        intended_use="Teaching and study: drawn faces of the hair, glasses, beard, mouth and colours that you choose.",
        limits=(
            "64x64 faces in one artist's style; a rare combination of attributes may be drawn badly.",
            "Drawings of nobody: nothing is learned here of people.",
        ),
        licence="CC-BY-4.0",
    ),
)

"""Wasserstein GANs: the critic D measures W_1, G descends on it. Two recipes for keeping D Lipschitz.

`wgan-mnist` clips D's weights (Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1); `wgan-gp-mnist` penalises its
slope (Gulrajani et al. 2017, arXiv:1704.00028, algorithm 1). Their letters: n_critic, c, lambda. One step is one
update of G after n_critic of D, and a plan's batch holds the real images of all of them: n_critic x the paper's m.

"wasserstein" in the log is D's estimate on the last minibatch, before its update. Distances between images are taken in
[0, 1]. Under clipping D is K-Lipschitz for an unknown K, and the estimate is K W_1: its course means something, its
height nothing.

The `cpu` presets learn faster than the papers, at 2e-4 instead of 5e-5 and at 5e-4 instead of 1e-4: in an hour of one
core their samples come nearer to the data (docs/training.md).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer, RMSprop

from models.families.dcgan import DCGANConfig, Discriminator, Generator
from models.objectives import gradient_penalty, wasserstein_d, wasserstein_g
from models.tensors import Images
from training.adversarial import measure, preview, watch
from training.data import Dataset
from training.errors import DataUnfit
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec, require
from training.update import Update

Rule = Callable[[Iterator[nn.Parameter]], Optimizer]  # an optimiser without its weights


@dataclass(frozen=True)
class WassersteinConfig:
    """Widths of G and D, and how often D moves before G does."""

    latent_dim: int = 100
    g_width: int = 64
    d_width: int = 64
    n_critic: int = 5


@dataclass(frozen=True)
class WGANConfig(WassersteinConfig):
    """RMSprop's rate, and the bound of every weight of D."""

    lr: float = 5e-5
    c: float = 0.01


@dataclass(frozen=True)
class WGANGPConfig(WassersteinConfig):
    """Adam's rate and betas, and the weight of the penalty."""

    lr: float = 1e-4
    betas: tuple[float, float] = (0.0, 0.9)
    lam: float = 10.0


class Wasserstein(ABC):
    """What both algorithms share: everything but one update of the critic."""

    def __init__(self, shape: WassersteinConfig, data: Dataset, *, optimizer: Rule, batch_norm: bool) -> None:
        self.shape = shape
        self.G = Generator(model_config(shape, data))
        self.D = Discriminator(channels=data.channels, width=shape.d_width, batch_norm=batch_norm)
        self.networks = nn.ModuleDict({"G": self.G, "D": self.D})
        self.opt_g, self.opt_d = (optimizer(network.parameters()) for network in (self.G, self.D))
        self.optimizers: dict[str, Optimizer] = {"G": self.opt_g, "D": self.opt_d}

    @property
    def network(self) -> nn.Module:
        """G."""
        return self.G

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """n_critic updates of D, each on real images of its own, then one of G."""
        losses: Mapping[str, Tensor] = {}
        for x in minibatches(batch.x, self.shape.n_critic):
            with torch.no_grad():
                fake = self.G(draw.normal(len(x), self.shape.latent_dim))
            losses = self.criticise(x, fake, draw, update)
        loss_g = wasserstein_g(self.D(self.G(draw.normal(len(x), self.shape.latent_dim))))
        update(self.opt_g, loss_g)
        return {**losses, "loss_g": loss_g.detach()}

    @abstractmethod
    def criticise(self, x: Images, fake: Images, draw: Draw, update: Update) -> dict[str, Tensor]:
        """One update of D; returns its losses, "wasserstein" among them."""

    def schedule(self, progress: float) -> None:
        """Both papers keep their learning rates."""
        return

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """100 samples."""
        return preview(network, draw)


class WGAN(Wasserstein):
    """Clipping (Arjovsky et al. 2017)."""

    def __init__(self, config: WGANConfig, data: Dataset) -> None:
        require("wgan-mnist", data, size=28, channels=(1, 3))
        super().__init__(config, data, optimizer=partial(RMSprop, lr=config.lr), batch_norm=True)
        self.c = config.c

    def criticise(self, x: Images, fake: Images, draw: Draw, update: Update) -> dict[str, Tensor]:
        """Lines 3-7 of algorithm 1."""
        loss = wasserstein_d(self.D(x), self.D(fake))
        update(self.opt_d, loss)
        with torch.no_grad():
            for w in self.D.parameters():
                w.clamp_(-self.c, self.c)
        return {"wasserstein": -loss.detach()}


class WGANGP(Wasserstein):
    """Gradient penalty (Gulrajani et al. 2017). D has no batch normalisation: its slope is one row's own."""

    def __init__(self, config: WGANGPConfig, data: Dataset) -> None:
        require("wgan-gp-mnist", data, size=28, channels=(1, 3))
        super().__init__(config, data, optimizer=partial(Adam, lr=config.lr, betas=config.betas), batch_norm=False)
        self.lam = config.lam

    def criticise(self, x: Images, fake: Images, draw: Draw, update: Update) -> dict[str, Tensor]:
        """Lines 4-9 of algorithm 1."""
        loss = wasserstein_d(self.D(x), self.D(fake))
        penalty = gradient_penalty(self.D, x, fake, draw.uniform(len(x)), lam=self.lam)
        update(self.opt_d, loss + penalty)
        return {"wasserstein": -loss.detach(), "penalty": penalty.detach()}


def minibatches(x: Images, n_critic: int) -> tuple[Images, ...]:
    """The images of each critic update, as equal in number as can be. Raises DataUnfit when there are too few."""
    if len(x) < n_critic:
        raise DataUnfit(f"a batch of {len(x)} images cannot be split among {n_critic} critic updates: see --batch-size")
    return x.tensor_split(n_critic)


def model_config(config: WassersteinConfig, data: Dataset) -> DCGANConfig:
    """What fixes the generator."""
    return DCGANConfig(latent_dim=config.latent_dim, width=config.g_width, channels=data.channels)


SMOKE = Plan(steps=30, batch_size=40, sample_every=15, samples=(300,))
LIMITS = (
    "Digits of the ten classes only, 28x28 grey; the class of a sample cannot be chosen.",
    "Learned from 8,000 images of MNIST: some samples are no legible digit.",
)

CLIPPED = RecipeSpec(
    id="wgan-mnist",
    title="Wasserstein GAN on digits",
    family="dcgan",
    data="mnist-10k",
    size=28,
    papers=("arXiv:1701.07875",),
    presets={
        "smoke": Preset(SMOKE, WGANConfig(g_width=8, d_width=8)),
        "cpu": Preset(
            Plan(steps=6000, batch_size=5 * 50, sample_every=500), WGANConfig(g_width=32, d_width=32, lr=2e-4)
        ),
        "gpu": Preset(Plan(steps=60_000, batch_size=5 * 64, sample_every=4000), WGANConfig()),
    },
    build=WGAN,
    model_config=model_config,
    measure=measure,
    watch=watch,
    text=CardText(
        intended_use="Teaching and study: the first Wasserstein GAN, whose loss falls as its samples get better.",
        limits=(*LIMITS, "Clipping holds the critic to simple functions: expect worse samples than wgan-gp-mnist's."),
    ),
)

PENALISED = RecipeSpec(
    id="wgan-gp-mnist",
    title="Wasserstein GAN with gradient penalty on digits",
    family="dcgan",
    data="mnist-10k",
    size=28,
    papers=("arXiv:1704.00028",),
    presets={
        "smoke": Preset(SMOKE, WGANGPConfig(g_width=8, d_width=8)),
        "cpu": Preset(
            Plan(steps=3000, batch_size=5 * 50, sample_every=250), WGANGPConfig(g_width=32, d_width=32, lr=5e-4)
        ),
        "gpu": Preset(Plan(steps=60_000, batch_size=5 * 64, sample_every=4000), WGANGPConfig()),
    },
    build=WGANGP,
    model_config=model_config,
    measure=measure,
    watch=watch,
    text=CardText(
        intended_use="Teaching and study: a Wasserstein GAN whose critic is held to slope one where samples meet data.",
        limits=LIMITS,
    ),
)

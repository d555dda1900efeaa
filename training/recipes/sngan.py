"""SN-GAN with DiffAugment (Miyato et al. 2018, arXiv:1802.05957; Zhao et al. 2020, arXiv:2006.10738).

The lecture's discriminator with the original probability head: non-saturating losses on its logits. Adam, G six times
as fast as D, which the norms of its layers hold back; both learning rates fall linearly to zero.

Both networks are told the cluster of an image (clustered GANs: Sage et al. 2018, arXiv:1712.04407), which k-means finds
in the training images without a label: G draws one by their shares, D judges an image as one of its cluster. With
`clusters` 0 there is nothing of the kind. `sngan-stacked` learns digits stacked as colours, 1,000 modes, and is told a
cluster of each colour.
"""

from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.codes import Code
from models.families.sngan import Discriminator, Generator, SNGANConfig
from models.objectives import non_saturating_d, non_saturating_g
from models.tensors import Features, Images, Latents
from training.adversarial import SHEET, measure, measure_stack, watch
from training.augment import diff_augment
from training.clusters import Clusters
from training.data import Dataset
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec, require
from training.update import Update


@dataclass(frozen=True)
class SNGANRecipeConfig:
    """Widths of G and D (the lecture's f), D's gain, the policy of DiffAugment, learning rates of the two, clusters."""

    latent_dim: int = 64
    g_width: int = 32
    d_width: int = 32
    gain: float = 4.0
    policy: tuple[str, ...] = ("translation",)
    lr_g: float = 3e-3
    lr_d: float = 5e-4
    betas: tuple[float, float] = (0.5, 0.99)
    clusters: int = 40
    by_channel: bool = False  # a cluster of every channel


class SNGAN:
    """One D step and one G step on the same fakes."""

    def __init__(self, name: str, config: SNGANRecipeConfig, data: Dataset) -> None:
        require(name, data, size=28, channels=(1, 3))
        self.config, k, told = config, config.clusters, data.channels if config.by_channel else 1
        self.G = Generator(model_config(config, data))
        self.D = Discriminator(
            channels=data.channels, width=config.d_width, gain=config.gain, clusters=told * k, told=told
        )
        self.networks = nn.ModuleDict({"G": self.G, "D": self.D})
        if k:
            self.networks["clusters"] = Clusters(data, k, by_channel=config.by_channel)
        self.opt_g = Adam(self.G.parameters(), lr=config.lr_g, betas=config.betas)
        self.opt_d = Adam(self.D.parameters(), lr=config.lr_d, betas=config.betas)
        self.optimizers: dict[str, Optimizer] = {"G": self.opt_g, "D": self.opt_d}

    @property
    def network(self) -> nn.Module:
        """G."""
        return self.G

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """D ascends on T(x) and T(G(z)), then G on D(T(G(z))): figure 4 of DiffAugment."""

        def T(x: Images) -> Images:
            return diff_augment(x, draw, self.config.policy)

        y = self.told(batch.x)
        fake = self.G(self.latents(len(batch.x), y, draw))
        loss_d = non_saturating_d(self.D(T(batch.x), y), self.D(T(fake.detach()), y))
        update(self.opt_d, loss_d)
        loss_g = non_saturating_g(self.D(T(fake), y))
        update(self.opt_g, loss_g)
        return {"loss_d": loss_d.detach(), "loss_g": loss_g.detach()}

    def told(self, x: Images) -> Features | None:
        """The clusters of real images, one-hot. The samples beside them get the same."""
        clusters = self.networks["clusters"] if self.config.clusters else None
        return clusters.told(x) if isinstance(clusters, Clusters) else None

    def latents(self, n: int, y: Features | None, draw: Draw) -> Latents:
        """Noise, and behind it what both networks are told."""
        z = draw.normal(n, self.config.latent_dim)
        return z if y is None else torch.cat([z, y], dim=1)

    def schedule(self, progress: float) -> None:
        """Linearly to zero."""
        for optimizer, lr in ((self.opt_g, self.config.lr_g), (self.opt_d, self.config.lr_d)):
            optimizer.param_groups[0]["lr"] = (1 - progress) * lr

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """100 samples, clusters by their shares."""
        images: Images = network(self.G.prior.draw(seed=0, rows=range(SHEET)).to(draw.generator.device))
        return images


def model_config(config: SNGANRecipeConfig, data: Dataset) -> SNGANConfig:
    """What fixes the generator."""
    codes: tuple[Code, ...] = ()
    if config.clusters:
        values = tuple(f"c{i}" for i in range(config.clusters))
        shares = Clusters(data, config.clusters, by_channel=config.by_channel).shares
        names = [f"cluster-{c + 1}" for c in range(data.channels)] if config.by_channel else ["cluster"]
        codes = tuple(Code(name, values, shares) for name in names)
    return SNGANConfig(config.latent_dim, config.g_width, data.channels, codes)


SMOKE = Preset(
    Plan(steps=30, batch_size=16, sample_every=15, samples=(300,)), SNGANRecipeConfig(g_width=8, d_width=8, clusters=4)
)
CPU = Preset(Plan(steps=12_000, batch_size=64, precision="bf16", sample_every=1000), SNGANRecipeConfig())
GPU = Preset(
    Plan(steps=30_000, batch_size=128, precision="bf16", sample_every=2000), SNGANRecipeConfig(g_width=64, d_width=64)
)

MNIST = RecipeSpec(
    id="sngan-mnist",
    title="SN-GAN on digits",
    family="sngan",
    data="mnist-10k",
    size=28,
    papers=("arXiv:1802.05957", "arXiv:2006.10738", "arXiv:1712.04407"),
    presets={"smoke": SMOKE, "cpu": CPU, "gpu": GPU},
    build=partial(SNGAN, "sngan-mnist"),
    model_config=model_config,
    measure=measure,
    watch=watch,
    text=CardText(
        intended_use="Teaching and study: handwritten digits from random latents, and a prior for search in them.",
        limits=(
            "Digits of the ten classes only, 28x28 grey. A cluster is a shape that k-means found, often one class.",
            "Learned from 8,000 images of MNIST: some samples are no clear digit: see precision and its floor.",
        ),
    ),
)

COLOURS = replace(SNGANRecipeConfig(), by_channel=True)
COUNTED = (26_000,)  # samples of the published tables

STACKED = RecipeSpec(
    id="sngan-stacked",
    title="SN-GAN on stacked digits",
    family="sngan",
    data="stacked-mnist",
    size=28,
    papers=MNIST.papers,
    presets={
        "smoke": Preset(SMOKE.plan, replace(SMOKE.config, by_channel=True)),
        "cpu": Preset(Plan(steps=6000, batch_size=64, precision="bf16", sample_every=1000, samples=COUNTED), COLOURS),
        "gpu": Preset(
            Plan(steps=30_000, batch_size=128, precision="bf16", sample_every=2000, samples=COUNTED),
            replace(COLOURS, g_width=64, d_width=64),
        ),
    },
    build=partial(SNGAN, "sngan-stacked"),
    model_config=model_config,
    measure=measure_stack,
    text=CardText(
        intended_use="Teaching and study: what spectral normalisation and found clusters do for 1,000 modes.",
        limits=("28x28 RGB, a digit in each colour; modes are named by a classifier of single digits.",),
    ),
)

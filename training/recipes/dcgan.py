"""DCGAN (Radford et al. 2015, arXiv:1511.06434, section 4): batches of 128, Adam at 2e-4 with beta_1 = 0.5.

The losses are the non-saturating ones of Goodfellow et al. 2014 (arXiv:1406.2661), D's taken on data and samples in
batches of their own, so that batch normalisation never sees the two mixed.
"""

from dataclasses import dataclass

from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.families.dcgan import DCGANConfig, Discriminator, Generator
from models.objectives import non_saturating_d, non_saturating_g
from models.tensors import Images
from training.adversarial import measure, preview, watch
from training.data import Dataset
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec, require
from training.update import Update


@dataclass(frozen=True)
class DCGANRecipeConfig:
    """Widths of G and D, and Adam's rate and first beta for both."""

    latent_dim: int = 100
    g_width: int = 64
    d_width: int = 64
    lr: float = 2e-4
    beta_1: float = 0.5


class DCGAN:
    """One D step and one G step on the same fakes."""

    def __init__(self, config: DCGANRecipeConfig, data: Dataset) -> None:
        require("dcgan-mnist", data, size=28, channels=(1, 3))
        self.config = config
        self.G = Generator(model_config(config, data))
        self.D = Discriminator(channels=data.channels, width=config.d_width, batch_norm=True)
        self.networks = nn.ModuleDict({"G": self.G, "D": self.D})
        self.opt_g, self.opt_d = (
            Adam(network.parameters(), lr=config.lr, betas=(config.beta_1, 0.999)) for network in (self.G, self.D)
        )
        self.optimizers: dict[str, Optimizer] = {"G": self.opt_g, "D": self.opt_d}

    @property
    def network(self) -> nn.Module:
        """G."""
        return self.G

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """D on data and samples, then G on what the new D says of the same samples."""
        fake = self.G(draw.normal(len(batch.x), self.config.latent_dim))
        loss_d = non_saturating_d(self.D(batch.x), self.D(fake.detach()))
        update(self.opt_d, loss_d)
        loss_g = non_saturating_g(self.D(fake))
        update(self.opt_g, loss_g)
        return {"loss_d": loss_d.detach(), "loss_g": loss_g.detach()}

    def schedule(self, progress: float) -> None:
        """The paper's learning rate is constant."""

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """100 samples."""
        return preview(network, draw)


def model_config(config: DCGANRecipeConfig, data: Dataset) -> DCGANConfig:
    """What fixes the generator."""
    return DCGANConfig(latent_dim=config.latent_dim, width=config.g_width, channels=data.channels)


SMOKE = Preset(Plan(steps=30, batch_size=16, sample_every=15, samples=(300,)), DCGANRecipeConfig(g_width=8, d_width=8))
CPU = Preset(Plan(steps=4000, batch_size=128, precision="bf16", sample_every=500), DCGANRecipeConfig())
GPU = Preset(Plan(steps=20_000, batch_size=128, precision="bf16", sample_every=2000), DCGANRecipeConfig())

MNIST = RecipeSpec(
    id="dcgan-mnist",
    title="DCGAN on digits",
    family="dcgan",
    data="mnist-10k",
    size=28,
    papers=("arXiv:1511.06434",),
    presets={"smoke": SMOKE, "cpu": CPU, "gpu": GPU},
    build=DCGAN,
    model_config=model_config,
    measure=measure,
    watch=watch,
    text=CardText(
        intended_use="Teaching and study: the usual convolutional baseline.",
        limits=(
            "Digits of the ten classes only, 28x28 grey; the class of a sample cannot be chosen.",
            "Learned from 8,000 images of MNIST: some samples are no legible digit.",
        ),
    ),
)

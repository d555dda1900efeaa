"""SN-GAN with DiffAugment (Miyato et al. 2018, arXiv:1802.05957; Zhao et al. 2020, arXiv:2006.10738).

The lecture's discriminator with the original probability head: non-saturating losses on its logits. Adam, G five times
as fast as D, which the norms of its layers hold back; both learning rates fall linearly to zero over the last half.
"""

from dataclasses import dataclass

from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.families.sngan import Discriminator, Generator, SNGANConfig
from models.objectives import non_saturating_d, non_saturating_g
from models.tensors import Images
from training.adversarial import measure, preview, watch
from training.augment import diff_augment
from training.data import Dataset
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec, require
from training.update import Update


@dataclass(frozen=True)
class SNGANRecipeConfig:
    """Widths of G and D (the lecture's f), D's gain, the policy of DiffAugment, learning rates of the two."""

    latent_dim: int = 128
    g_width: int = 48
    d_width: int = 32
    gain: float = 4.0
    policy: tuple[str, ...] = ("translation",)
    lr_g: float = 2e-3
    lr_d: float = 4e-4
    betas: tuple[float, float] = (0.5, 0.99)


class SNGAN:
    """One D step and one G step on the same fakes."""

    def __init__(self, config: SNGANRecipeConfig, data: Dataset) -> None:
        require("sngan-mnist", data, size=28, channels=(1, 3))
        self.config = config
        self.G = Generator(model_config(config, data))
        self.D = Discriminator(channels=data.channels, width=config.d_width, gain=config.gain)
        self.networks = nn.ModuleDict({"G": self.G, "D": self.D})
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

        fake = self.G(draw.normal(len(batch.x), self.config.latent_dim))
        loss_d = non_saturating_d(self.D(T(batch.x)), self.D(T(fake.detach())))
        update(self.opt_d, loss_d)
        loss_g = non_saturating_g(self.D(T(fake)))
        update(self.opt_g, loss_g)
        return {"loss_d": loss_d.detach(), "loss_g": loss_g.detach()}

    def schedule(self, progress: float) -> None:
        """Constant, then linearly to zero over the last half."""
        factor = min(1.0, 2 * (1 - progress))
        for optimizer, lr in ((self.opt_g, self.config.lr_g), (self.opt_d, self.config.lr_d)):
            optimizer.param_groups[0]["lr"] = factor * lr

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """100 samples."""
        return preview(network, draw)


def model_config(config: SNGANRecipeConfig, data: Dataset) -> SNGANConfig:
    """What fixes the generator."""
    return SNGANConfig(latent_dim=config.latent_dim, width=config.g_width, channels=data.channels)


SMOKE = Preset(Plan(steps=30, batch_size=16, sample_every=15, samples=(300,)), SNGANRecipeConfig(g_width=8, d_width=8))
CPU = Preset(Plan(steps=16_000, batch_size=64, precision="bf16", sample_every=1000), SNGANRecipeConfig())
GPU = Preset(
    Plan(steps=30_000, batch_size=128, precision="bf16", sample_every=2000), SNGANRecipeConfig(g_width=64, d_width=64)
)

MNIST = RecipeSpec(
    id="sngan-mnist",
    title="SN-GAN on digits",
    family="sngan",
    data="mnist-10k",
    size=28,
    papers=("arXiv:1802.05957", "arXiv:2006.10738"),
    presets={"smoke": SMOKE, "cpu": CPU, "gpu": GPU},
    build=SNGAN,
    model_config=model_config,
    measure=measure,
    watch=watch,
    text=CardText(
        intended_use="Teaching and study: handwritten digits from random latents, and a prior for search in them.",
        limits=(
            "Digits of the ten classes only, 28x28 grey; the class of a sample cannot be chosen.",
            "Learned from 8,000 images of MNIST: many samples are no clear digit: see precision and its floor.",
        ),
    ),
)

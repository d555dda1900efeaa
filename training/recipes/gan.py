"""The original GAN, by the book (Goodfellow et al. 2014, arXiv:1406.2661, algorithm 1 with k = 1).

Two recipes that differ in G's loss alone. `gan-minimax-mnist` plays the game of eq. 1: both networks on one value.
`gan-mnist` gives G the non-saturating loss of section 3, as the authors did. Batches of 100 and SGD of the authors'
mnist.yaml: learning rate 0.1, momentum from 0.5 to 0.7. Its decay of the learning rate, 4e-6 a step, is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn
from torch.optim import SGD, Optimizer

from models.families.gan import Discriminator, GANConfig, Generator
from models.objectives import minimax_g, non_saturating_d, non_saturating_g
from models.tensors import Images, Scores
from training.adversarial import measure, preview, watch
from training.data import Dataset
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec, require
from training.update import Update


@dataclass(frozen=True)
class GANRecipeConfig:
    """Width of G's layers, maxout units of D's, the learning rate of both, momentum at the start and at the end."""

    latent_dim: int = 100
    g_width: int = 1200
    d_units: int = 240
    lr: float = 0.1
    momentum: tuple[float, float] = (0.5, 0.7)


class GAN:
    """One D step and one G step."""

    def __init__(
        self, name: str, config: GANRecipeConfig, data: Dataset, *, loss_g: Callable[[Scores], Tensor]
    ) -> None:
        require(name, data, size=28, channels=(1, 3))
        self.config, self.loss_g = config, loss_g
        self.G = Generator(model_config(config, data))
        self.D = Discriminator(channels=data.channels, units=config.d_units)
        self.networks = nn.ModuleDict({"G": self.G, "D": self.D})
        self.opt_g, self.opt_d = (
            SGD(network.parameters(), lr=config.lr, momentum=config.momentum[0]) for network in (self.G, self.D)
        )
        self.optimizers: dict[str, Optimizer] = {"G": self.opt_g, "D": self.opt_d}

    @property
    def network(self) -> nn.Module:
        """G."""
        return self.G

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """Algorithm 1: D on data and samples, then G on D's answer to new samples."""
        n, d = len(batch.x), self.config.latent_dim
        loss_d = non_saturating_d(self.D(batch.x), self.D(self.G(draw.normal(n, d)).detach()))
        update(self.opt_d, loss_d)
        loss_g = self.loss_g(self.D(self.G(draw.normal(n, d))))
        update(self.opt_g, loss_g)
        return {"loss_d": loss_d.detach(), "loss_g": loss_g.detach()}

    def schedule(self, progress: float) -> None:
        """Momentum rises linearly."""
        first, last = self.config.momentum
        for optimizer in (self.opt_g, self.opt_d):
            optimizer.param_groups[0]["momentum"] = first + progress * (last - first)

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """100 samples."""
        return preview(network, draw)


def non_saturating(config: GANRecipeConfig, data: Dataset) -> GAN:
    """G minimises -log D(G(z))."""
    return GAN("gan-mnist", config, data, loss_g=non_saturating_g)


def minimax(config: GANRecipeConfig, data: Dataset) -> GAN:
    """G minimises log(1 - D(G(z)))."""
    return GAN("gan-minimax-mnist", config, data, loss_g=minimax_g)


def model_config(config: GANRecipeConfig, data: Dataset) -> GANConfig:
    """What fixes the generator."""
    return GANConfig(latent_dim=config.latent_dim, width=config.g_width, channels=data.channels)


SMOKE = Preset(Plan(steps=30, batch_size=16, sample_every=15, samples=(300,)), GANRecipeConfig(g_width=32, d_units=16))
CPU = Preset(Plan(steps=20_000, batch_size=100, precision="bf16", sample_every=1000), GANRecipeConfig())
GPU = Preset(Plan(steps=80_000, batch_size=100, sample_every=4000), GANRecipeConfig())
PRESETS = {"smoke": SMOKE, "cpu": CPU, "gpu": GPU}
LIMITS = (
    "Digits of the ten classes only, 28x28 grey; the class of a sample cannot be chosen.",
    "Learned from 8,000 images of MNIST by networks without convolutions: noisy strokes, and digits nobody wrote.",
)

NON_SATURATING = RecipeSpec(
    id="gan-mnist",
    title="The original GAN on digits",
    family="gan",
    data="mnist-10k",
    size=28,
    papers=("arXiv:1406.2661",),
    presets=PRESETS,
    build=non_saturating,
    model_config=model_config,
    measure=measure,
    watch=watch,
    text=CardText(
        intended_use="Teaching and study: the GAN of 2014, beside which the later ones show what they mend.",
        limits=LIMITS,
    ),
)

MINIMAX = RecipeSpec(
    id="gan-minimax-mnist",
    title="The original GAN on digits, with the minimax loss",
    family="gan",
    data="mnist-10k",
    size=28,
    papers=("arXiv:1406.2661",),
    presets=PRESETS,
    build=minimax,
    model_config=model_config,
    measure=measure,
    watch=watch,
    text=CardText(
        intended_use="Teaching and study: what becomes of G when its loss is flat wherever D is sure.",
        limits=(*LIMITS, "The loss gives G little to learn from early on: expect worse samples than gan-mnist's."),
    ),
)

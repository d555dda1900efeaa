"""DCGAN (Radford et al. 2015, arXiv:1511.06434, section 4): batches of 128, Adam at 2e-4 with beta_1 = 0.5.

On digits G learns at 1e-3, as the same networks do in InfoGAN (Chen et al. 2016, arXiv:1606.03657, appendix C.1): at
2e-4 it is several times slower (docs/training.md).

The losses are the non-saturating ones of Goodfellow et al. 2014 (arXiv:1406.2661), D's taken on data and samples in
batches of their own, so that batch normalisation never sees the two mixed.

`dcgan-stacked` and `pacgan-stacked` learn digits stacked as colours, 1,000 modes. In the second D judges `pac` images
together, all real or all drawn (PacGAN, Lin et al. 2018, arXiv:1712.04086, section 2): a generator that repeats itself
is then seen at once.
"""

from dataclasses import dataclass
from functools import partial

from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.families.dcgan import DCGANConfig, Discriminator, Generator
from models.objectives import non_saturating_d, non_saturating_g
from models.tensors import Images, Scores
from training.adversarial import measure, measure_stack, preview, watch
from training.data import Dataset
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec, require
from training.update import Update


@dataclass(frozen=True)
class DCGANRecipeConfig:
    """Widths of G and D, how many images D judges together, Adam's rates, and its first beta for both."""

    latent_dim: int = 100
    g_width: int = 64
    d_width: int = 64
    pac: int = 1
    lr_g: float = 2e-4
    lr_d: float = 2e-4
    beta_1: float = 0.5


class DCGAN:
    """One D step and one G step on the same fakes."""

    def __init__(self, name: str, config: DCGANRecipeConfig, data: Dataset) -> None:
        require(name, data, size=28, channels=(1, 3))
        self.config = config
        self.G = Generator(model_config(config, data))
        self.D = Discriminator(channels=config.pac * data.channels, width=config.d_width, batch_norm=True)
        self.networks = nn.ModuleDict({"G": self.G, "D": self.D})
        self.opt_g, self.opt_d = (
            Adam(network.parameters(), lr=lr, betas=(config.beta_1, 0.999))
            for network, lr in ((self.G, config.lr_g), (self.D, config.lr_d))
        )
        self.optimizers: dict[str, Optimizer] = {"G": self.opt_g, "D": self.opt_d}

    @property
    def network(self) -> nn.Module:
        """G."""
        return self.G

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """D on data and samples, then G on what the new D says of the same samples."""
        fake = self.G(draw.normal(len(batch.x), self.config.latent_dim))
        loss_d = non_saturating_d(self.judge(batch.x), self.judge(fake.detach()))
        update(self.opt_d, loss_d)
        loss_g = non_saturating_g(self.judge(fake))
        update(self.opt_g, loss_g)
        return {"loss_d": loss_d.detach(), "loss_g": loss_g.detach()}

    def judge(self, x: Images) -> Scores:
        """D of every `pac` images, whose channels lie one behind the other; a rest too small for it is left out."""
        pac = self.config.pac
        whole = x[: len(x) - len(x) % pac]
        logits: Scores = self.D(whole.reshape(-1, pac * x.shape[1], *x.shape[2:]))
        return logits

    def schedule(self, progress: float) -> None:
        """The paper's learning rates are constant."""

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """100 samples."""
        return preview(network, draw)


def model_config(config: DCGANRecipeConfig, data: Dataset) -> DCGANConfig:
    """What fixes the generator."""
    return DCGANConfig(latent_dim=config.latent_dim, width=config.g_width, channels=data.channels)


SMOKE = Preset(Plan(steps=30, batch_size=16, sample_every=15, samples=(300,)), DCGANRecipeConfig(g_width=8, d_width=8))
DIGITS = DCGANRecipeConfig(lr_g=1e-3)
CPU = Preset(Plan(steps=4000, batch_size=128, precision="bf16", sample_every=500), DIGITS)
GPU = Preset(Plan(steps=20_000, batch_size=128, precision="bf16", sample_every=2000), DIGITS)

MNIST = RecipeSpec(
    id="dcgan-mnist",
    title="DCGAN on digits",
    family="dcgan",
    data="mnist-10k",
    size=28,
    papers=("arXiv:1511.06434",),
    presets={"smoke": SMOKE, "cpu": CPU, "gpu": GPU},
    build=partial(DCGAN, "dcgan-mnist"),
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


def stacked(name: str, title: str, *, pac: int, use: str, papers: tuple[str, ...]) -> RecipeSpec:
    """A recipe for 1,000 modes; at `--set d_width=8` D has a quarter of G's width and less."""
    config = DCGANRecipeConfig(g_width=32, d_width=32, pac=pac)
    counted = (26_000,)
    return RecipeSpec(
        id=name,
        title=title,
        family="dcgan",
        data="stacked-mnist",
        size=28,
        papers=papers,
        presets={
            "smoke": Preset(
                Plan(steps=30, batch_size=16, sample_every=15, samples=(300,)),
                DCGANRecipeConfig(g_width=8, d_width=8, pac=pac),
            ),
            "cpu": Preset(
                Plan(steps=6000, batch_size=128, precision="bf16", sample_every=1000, samples=counted), config
            ),
            "gpu": Preset(
                Plan(steps=20_000, batch_size=128, precision="bf16", sample_every=2000, samples=counted), config
            ),
        },
        build=partial(DCGAN, name),
        model_config=model_config,
        measure=measure_stack,
        text=CardText(
            intended_use=use,
            limits=("28x28 RGB, a digit in each colour; modes are named by a classifier of single digits.",),
        ),
    )


STACKED = stacked(
    "dcgan-stacked",
    "DCGAN on stacked digits",
    pac=1,
    use="Teaching and study: how many of 1,000 modes a plain GAN forgets.",
    papers=("arXiv:1511.06434",),
)
STACKED_PAC = stacked(
    "pacgan-stacked",
    "PacGAN on stacked digits",
    pac=2,
    use="Teaching and study: the cure of judging two images together.",
    papers=("arXiv:1712.04086",),
)

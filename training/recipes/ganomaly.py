"""GANomaly on normal images (Akcay et al. 2018, arXiv:1805.06725, section 3.2).

Eq. 4: w_adv ||f(x) - f(x_hat)||_2 + w_con ||x - x_hat||_1 + w_enc ||z - z_hat||_2, f the last map of D. Means over
elements in the place of norms, squares for the first and the last, as the authors' code. Images in [0, 1]: the paper's
w_con of 50 on [-1, 1] is 100. D minimises the GAN's loss. Adam at 2e-4, beta_1 = 0.5, rates falling over the last half.
"""

from dataclasses import dataclass, replace
from functools import partial

from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.families.ganomaly import Encoder, GANomaly, GANomalyConfig
from models.objectives import non_saturating_d
from models.tensors import Images
from training.anomalies import examples, measure, sheet
from training.data import Dataset
from training.errors import DataUnfit
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec
from training.update import Update


@dataclass(frozen=True)
class GANomalyRecipeConfig:
    """Width after the first halving, numbers in z, halvings, the three weights, rate."""

    width: int = 32
    latent_dim: int = 64
    depth: int = 2
    w_adv: float = 1.0
    w_con: float = 100.0
    w_enc: float = 1.0
    lr: float = 2e-4
    beta_1: float = 0.5


class Detection:
    """D, then G and E."""

    def __init__(self, name: str, config: GANomalyRecipeConfig, data: Dataset) -> None:
        if data.size % 2**config.depth:
            raise DataUnfit(f"{name} halves its images {config.depth} times; {data.name} has {data.size} px")
        self.config = config
        shape = model_config(config, data)
        self.G = GANomaly(shape)
        self.D = Encoder(shape, out=1)
        self.networks = nn.ModuleDict({"G": self.G, "D": self.D})
        self.opt_g, self.opt_d = (
            Adam(each.parameters(), lr=config.lr, betas=(config.beta_1, 0.999)) for each in (self.G, self.D)
        )
        self.optimizers: dict[str, Optimizer] = {"G": self.opt_g, "D": self.opt_d}
        self.examples = examples(data)

    @property
    def network(self) -> nn.Module:
        """G and E."""
        return self.G

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """One step of each."""
        c, x = self.config, batch.x
        z, x_hat, z_hat = self.G(x)
        loss_d = non_saturating_d(self.D(x).flatten(), self.D(x_hat.detach()).flatten())
        update(self.opt_d, loss_d)
        adv = (self.D.features(x).detach() - self.D.features(x_hat)).square().mean()
        con, enc = (x - x_hat).abs().mean(), (z - z_hat).square().mean()
        update(self.opt_g, c.w_adv * adv + c.w_con * con + c.w_enc * enc)
        return {"loss_d": loss_d.detach(), "adv": adv.detach(), "con": con.detach(), "enc": enc.detach()}

    def schedule(self, progress: float) -> None:
        """Constant for half of the run, then linearly to zero."""
        for optimizer in (self.opt_g, self.opt_d):
            optimizer.param_groups[0]["lr"] = self.config.lr * min(1.0, 2 * (1 - progress))

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """Training images, half of them spoiled."""
        return sheet(network, self.examples.to(draw.generator.device))


def model_config(config: GANomalyRecipeConfig, data: Dataset) -> GANomalyConfig:
    """What fixes the networks."""
    return GANomalyConfig(data.size, data.channels, config.width, config.latent_dim, config.depth)


PRESET = GANomalyRecipeConfig()
DIGITS = RecipeSpec(
    id="ganomaly-digits",
    title="GANomaly: a digit that it never saw",
    family="ganomaly",
    data="mnist-10k-without-1",
    size=28,
    papers=("arXiv:1805.06725",),
    presets={
        "smoke": Preset(Plan(steps=30, batch_size=16, sample_every=15), replace(PRESET, width=4, latent_dim=8)),
        "cpu": Preset(Plan(steps=1500, batch_size=64, precision="bf16", ema_decay=0.99), PRESET),
        "gpu": Preset(Plan(steps=10_000, batch_size=64, ema_decay=0.99, sample_every=1000), replace(PRESET, width=64)),
    },
    build=partial(Detection, "ganomaly-digits"),
    model_config=model_config,
    measure=measure,
    text=CardText(
        intended_use="Teaching and study: what GANomaly finds, beside references that need no network.",
        limits=("Digits of 28 px, white on black. It may score an unseen digit *lower* than those it learned.",),
    ),
)

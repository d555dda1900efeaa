"""InfoGAN on digits (Chen et al. 2016, arXiv:1606.03657, appendix C.1).

max over G and Q of the GAN's value + lambda L_I(G, Q), eq. 6. As in the authors' code, Q learns beside D, on samples
of the D step; G ascends on the same bound in its own step. Adam: 1e-3 for G, 2e-4 for D and Q, beta_1 = 0.5.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.families.infogan import InfoGAN as Network
from models.families.infogan import InfoGANConfig
from models.objectives import UNIFORM_ENTROPY, categorical_bound, gaussian_bound, non_saturating_d, non_saturating_g
from models.tensors import Features, Images, Labels, Latents
from training.adversarial import measure, watch
from training.data import Dataset
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec, require
from training.update import Update


@dataclass(frozen=True)
class InfoGANRecipeConfig:
    """Sizes of the networks, the learning rates, and lambda of the category and of the numbers."""

    latent_dim: int = 62
    width: int = 64
    hidden: int = 1024
    lr_g: float = 1e-3
    lr_d: float = 2e-4
    beta_1: float = 0.5
    lam: float = 1.0
    lam_numbers: float = 0.1


class InfoGAN:
    """One step of D and Q, one of G."""

    def __init__(self, config: InfoGANRecipeConfig, data: Dataset) -> None:
        require("infogan-mnist", data, size=28, channels=(1, 3))
        self.config = config
        self.model = Network(model_config(config, data))
        self.head = nn.Linear(config.hidden, 1)  # D's own layer
        self.networks = nn.ModuleDict({"model": self.model, "head": self.head})
        reading = [self.model.shared, self.model.Q, self.head]
        betas = (config.beta_1, 0.999)
        self.opt_g = Adam(self.model.G.parameters(), lr=config.lr_g, betas=betas)
        self.opt_d = Adam(nn.ModuleList(reading).parameters(), lr=config.lr_d, betas=betas)
        self.optimizers: dict[str, Optimizer] = {"G": self.opt_g, "D": self.opt_d}

    @property
    def network(self) -> nn.Module:
        """G and Q."""
        return self.model

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """D and Q on data and samples, then G on what they say of the same samples."""
        z, category, numbers = self.latents(len(batch.x), draw)
        fake = self.model.G(z)
        told = self.model.shared(fake.detach())
        loss_d = non_saturating_d(self.judge(self.model.shared(batch.x)), self.judge(told))
        bound = self.bound(told, category, numbers)
        update(self.opt_d, loss_d - bound)
        told = self.model.shared(fake)
        loss_g = non_saturating_g(self.judge(told))
        update(self.opt_g, loss_g - self.bound(told, category, numbers))
        return {"loss_d": loss_d.detach(), "loss_g": loss_g.detach(), "bound": bound.detach()}

    def latents(self, n: int, draw: Draw) -> tuple[Latents, Labels, Latents]:
        """z with its codes behind it, the category and the numbers."""
        category = draw.integers(self.model.values, n)
        numbers = 2 * draw.uniform(n, self.model.numbers) - 1
        one_hot = nn.functional.one_hot(category, self.model.values).float()
        return torch.cat([draw.normal(n, self.config.latent_dim), one_hot, numbers], dim=1), category, numbers

    def judge(self, features: Features) -> Tensor:
        """D's logit."""
        return self.head(features).float().squeeze(1)  # type: ignore[no-any-return]

    def bound(self, features: Features, category: Labels, numbers: Latents) -> Tensor:
        """lambda L_I in nats, weighted by kind of code."""
        logits, mean, log_std = self.model.posterior(features)
        told = gaussian_bound(mean, log_std, numbers, entropy=UNIFORM_ENTROPY)
        return self.config.lam * categorical_bound(logits, category) + self.config.lam_numbers * told

    def schedule(self, progress: float) -> None:
        """The paper's learning rates are constant."""

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """Ten rows, one a category; along a row the first number goes from -1 to 1."""
        prior = self.model.prior
        z = prior.draw(seed=0, rows=[0] * 10).to(draw.generator.device)
        sweep = [-1 + 2 * i / 9 for i in range(10)]
        category, number, *rest = prior.codes
        swept = prior.choose(z, {number.name: sweep} | {code.name: [0.0] * 10 for code in rest})
        rows = [prior.choose(swept, {category.name: [value] * 10}) for value in category.values]
        images: Images = network(torch.cat(rows))
        return images


def model_config(config: InfoGANRecipeConfig, data: Dataset) -> InfoGANConfig:
    """What fixes the networks."""
    return InfoGANConfig(latent_dim=config.latent_dim, width=config.width, hidden=config.hidden, channels=data.channels)


SMOKE = Preset(Plan(steps=30, batch_size=16, sample_every=15, samples=(300,)), InfoGANRecipeConfig(width=8, hidden=32))
CPU = Preset(
    Plan(steps=5000, batch_size=64, precision="bf16", sample_every=1000),
    InfoGANRecipeConfig(width=32, hidden=256),  # a quarter of the paper's, for one core
)
GPU = Preset(Plan(steps=20_000, batch_size=128, precision="bf16", sample_every=2000), InfoGANRecipeConfig())

MNIST = RecipeSpec(
    id="infogan-mnist",
    title="InfoGAN on digits",
    family="infogan",
    data="mnist-10k",
    size=28,
    papers=("arXiv:1606.03657",),
    presets={"smoke": SMOKE, "cpu": CPU, "gpu": GPU},
    build=InfoGAN,
    model_config=model_config,
    measure=measure,
    watch=watch,
    text=CardText(
        intended_use="Teaching and study: a category and two numbers that learned their meaning without labels.",
        limits=(
            "Digits of the ten classes only, 28x28 grey. The categories found themselves: a letter is no digit's name.",
            "Learned from 8,000 images of MNIST: some samples are no legible digit.",
        ),
        published=(
            {
                "metric": "error of the category, matched to classes",
                "value": "5 %",
                "source": "arXiv:1606.03657, section 7.2, 60,000 digits",
            },
        ),
    ),
)

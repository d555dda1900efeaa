"""StyleGAN2 on drawn faces (Karras et al. 2020, arXiv:1912.04958), with DiffAugment (Zhao et al. 2020).

Non-saturating losses with R1 (Mescheder et al. 2018, eq. 9), and path length regularisation where it is asked for; both
lazily, every few steps and as many times as strong (section 3.1). Some images have two styles, one up to a layer and
another from there (style mixing: Karras et al. 2019, arXiv:1812.04948, section 3.1). Adam, constant learning rates that
fall linearly over the last part of the run.

Where the data have attributes or labels, both networks are told them, as in StyleGAN2-ADA's conditional models
(arXiv:2006.06676); what is mixed has those of nobody, so D is told nothing of it, nor of as many real images.
"""

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.codes import Code
from models.families.stylegan2 import Discriminator, Generator, StyleGAN2Config
from models.objectives import non_saturating_d, non_saturating_g, path_length, r1
from models.tensors import Features, Images, Latents, Styles
from training.adversarial import SHEET, measure, watch
from training.augment import diff_augment
from training.conditions import codes_of, columns_of
from training.data import Dataset
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec, require
from training.update import Update

MEAN_DECAY = 0.995  # of the mean of w, a step
COARSE = 4  # styles, of 4 and 8 px
FALL = 0.3  # of the run, from where learning rates fall


@dataclass(frozen=True)
class StyleGAN2RecipeConfig:
    """Sizes of G from 4 px up and of D down to 4 px, regularisations and their periods, the share of mixed styles."""

    latent_dim: int = 128
    style_dim: int = 128
    depth: int = 2
    g_widths: tuple[int, ...] = (192, 160, 128, 64, 32)
    d_widths: tuple[int, ...] = (16, 32, 96, 192, 192)
    gamma: float = 1.0  # of R1, on images in [0, 1]
    r1_every: int = 16
    path_weight: float = 0.0
    path_every: int = 8
    mixing: float = 0.25
    policy: tuple[str, ...] = ()
    lr_g: float = 1e-2
    lr_d: float = 2.5e-3
    betas: tuple[float, float] = (0.0, 0.99)


class Lazy(nn.Module):
    """What lazy regularisation remembers: how many steps there were, and the mean path length."""

    steps: Tensor
    length: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self.register_buffer("length", torch.zeros(()))


class StyleGAN2:
    """One D step and one G step on the same fakes; every now and then their regularisation."""

    def __init__(self, name: str, config: StyleGAN2RecipeConfig, data: Dataset) -> None:
        require(name, data, size=4 * 2 ** (len(config.g_widths) - 1), channels=(1, 3))
        self.config = config
        self.codes = told_by(data)
        self.G = Generator(model_config(config, data))
        columns = sum(code.width for code in self.codes)
        self.D = Discriminator(channels=data.channels, widths=config.d_widths, codes=columns)
        self.lazy = Lazy()
        self.networks = nn.ModuleDict({"G": self.G, "D": self.D, "lazy": self.lazy})
        self.opt_g = Adam(self.G.parameters(), lr=config.lr_g, betas=config.betas)
        self.opt_d = Adam(self.D.parameters(), lr=config.lr_d, betas=config.betas)
        self.optimizers: dict[str, Optimizer] = {"G": self.opt_g, "D": self.opt_d}

    @property
    def network(self) -> nn.Module:
        """G."""
        return self.G

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """D on T(x) and T(G(z)), then G on what the new D says of the same fakes."""

        def T(x: Images) -> Images:
            return diff_augment(x, draw, self.config.policy)

        number, x = int(self.lazy.steps), T(batch.x)
        self.lazy.steps += 1
        codes = columns_of(batch, self.codes) if self.codes else x.new_empty(len(x), 0)
        ws, y = self.styles(codes, draw)
        fake = self.G.synthesis(ws, self.noise(len(x), draw))
        losses = {"loss_d": non_saturating_d(self.D(x, y), self.D(T(fake.detach()), y))}
        if number % self.config.r1_every == 0:
            losses["r1"] = r1(lambda x: self.D(x, y), x, gamma=self.config.gamma)
        update(self.opt_d, losses["loss_d"] + self.config.r1_every * losses.get("r1", 0.0))
        losses["loss_g"] = non_saturating_g(self.D(T(fake), y))
        update(self.opt_g, losses["loss_g"])
        if self.config.path_weight and number % self.config.path_every == 0:
            losses["path"] = self.path(codes[: len(x) // 2], draw)
            update(self.opt_g, self.config.path_weight * self.config.path_every * losses["path"])
        return {name: loss.detach() for name, loss in losses.items()}

    def styles(self, codes: Features, draw: Draw) -> tuple[Styles, Features]:
        """w of a latent with each row of codes, a share of them crossed with others; and the codes of the rest.

        The mean of w follows.
        """
        n, layers = len(codes), self.G.layers
        w, other = (self.G.mapping(self.latents(each, draw)) for each in (codes, codes.flip(0)))
        self.G.mapping.mean.lerp_(w.detach().mean(dim=0), 1 - MEAN_DECAY)
        mixed = draw.uniform(n) < self.config.mixing
        crossing = torch.where(mixed, 1 + draw.integers(layers - 1, n), layers)
        first = torch.arange(layers, device=w.device) < crossing[:, None]
        return torch.where(first[:, :, None], w[:, None], other[:, None]), codes * ~mixed[:, None]

    def latents(self, codes: Features, draw: Draw) -> Latents:
        """Noise before the codes."""
        return torch.cat([draw.normal(len(codes), self.config.latent_dim), codes], dim=1)

    def noise(self, n: int, draw: Draw) -> Tensor:
        """N(0, 1) for every pixel of every layer."""
        return draw.normal(n, self.G.synthesis.noise.shape[1])

    def path(self, codes: Features, draw: Draw) -> Tensor:
        """The path length penalty of fresh images with these codes, in the space of w."""
        n = len(codes)
        w, noise = self.G.mapping(self.latents(codes, draw)), self.noise(n, draw)
        y = draw.normal(n, self.G.channels, self.G.size, self.G.size) / self.G.size
        penalty, self.lazy.length[...] = path_length(
            lambda w: self.G.synthesis(self.G.spread(w), noise), w, y, self.lazy.length
        )
        return penalty

    def schedule(self, progress: float) -> None:
        """Constant, then linearly to zero."""
        left = min(1.0, (1 - progress) / (1 - FALL))
        for optimizer, lr in ((self.opt_g, self.config.lr_g), (self.opt_d, self.config.lr_d)):
            optimizer.param_groups[0]["lr"] = left * lr

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """Ten rows of ten: two untruncated, two at .7, two at .5 of the same latents, then styles mixed: a row of
        sources, and three rows of others that take from them what is finer than 8 px.
        """
        assert isinstance(network, Generator)  # noqa: S101 - a copy of G
        z = network.prior.draw(seed=0, rows=range(SHEET // 5)).to(network.mapping.mean.device)
        rows = [network.sample(z, z.new_full((len(z),), psi)) for psi in (1.0, 0.7, 0.5)]
        ws = network.spread(network.mapping(network.prior.draw(seed=1, rows=range(13)).to(z.device)))
        fine, coarse = ws[:10], ws[10:]
        rows.append(network.synthesise(fine))
        for each in coarse:
            mixed = torch.cat([each[:COARSE].expand(10, -1, -1), fine[:, COARSE:]], dim=1)
            mixed[0] = each
            rows.append(network.synthesise(mixed))
        images: Images = torch.cat(rows)
        return images


def model_config(config: StyleGAN2RecipeConfig, data: Dataset) -> StyleGAN2Config:
    """What fixes the generator."""
    return StyleGAN2Config(
        config.latent_dim, config.style_dim, config.depth, config.g_widths, data.channels, told_by(data)
    )


def told_by(data: Dataset) -> tuple[Code, ...]:
    """What is known of the images, if anything."""
    return codes_of("stylegan2", data) if data.attributes or data.labels is not None else ()


AVATARS = RecipeSpec(
    id="stylegan2-avatars",
    title="StyleGAN2 on drawn faces",
    family="stylegan2",
    data="avatars-micah",
    size=64,
    papers=("arXiv:1912.04958", "arXiv:1812.04948", "arXiv:2006.10738"),
    presets={
        "smoke": Preset(
            Plan(steps=30, batch_size=8, sample_every=15, samples=(300,)),
            StyleGAN2RecipeConfig(
                latent_dim=16,
                style_dim=16,
                g_widths=(16, 8, 8, 4, 4),
                d_widths=(4, 4, 8, 8, 8),
                path_weight=2.0,
                policy=("translation",),
            ),
        ),
        "cpu": Preset(Plan(steps=14_000, batch_size=16, precision="bf16", sample_every=500), StyleGAN2RecipeConfig()),
        "gpu": Preset(
            Plan(steps=50_000, batch_size=64, precision="bf16", sample_every=2500),
            StyleGAN2RecipeConfig(
                latent_dim=256,
                style_dim=256,
                g_widths=(320, 320, 256, 128, 64),
                d_widths=(64, 128, 256, 320, 320),
                path_weight=2.0,
                policy=("translation",),
            ),
        ),
    },
    build=partial(StyleGAN2, "stylegan2-avatars"),
    model_config=model_config,
    measure=measure,
    watch=watch,
    text=CardText(
        intended_use="Teaching and study: drawn faces by attribute, mixed by style, and a prior for search in them.",
        limits=(
            "64x64 faces in one artist's style, on white. Flat drawings leave its noise little to do.",
            "Truncation makes faces more alike. A mix of styles may have attributes of both or of neither.",
            "Drawings of nobody: nothing is learned here of people.",
            "Searched by POST /v1/upscale it invents a face that fits; it restores none, and identifies nobody.",
        ),
        licence="CC-BY-4.0",
    ),
)

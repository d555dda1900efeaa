"""CycleGAN (Zhu et al. 2017, arXiv:1703.10593, section 4 and appendix 7.1).

G: A -> B and F: B -> A on two sets without a pair. L = L_GAN(G, D_B) + L_GAN(F, D_A) + lambda L_cyc + identity lambda
L_id, the adversarial losses by least squares, distances in L1 of images in [0, 1]. The paper takes distances in
[-1, 1], twice as long: its lambda of 10 is 20 here. Adam at 2e-4 with beta_1 = 0.5, constant for half of the run, then
linearly to zero; D_A and D_B see a pool of 50 images. Images are mirrored; `jitter` enlarges them by this factor,
bicubic, and cuts a window of their size out of them (the authors' 286 to 256).

With `noise` each generator sees the other's answers, and only those, under white noise of this deviation: what is
hidden in an answer for the way back is lost, and the way back has to be guessed from what can be seen (Bashkirova et
al. 2019, arXiv:1908.01517). What an answer should not show, but does, then pays on the way back: `pull` is the share of
that gradient which reaches the generator of the answer. A generator of a residual needs no identity loss to leave an
image as it is, and without it a step takes two thirds of the time.
"""

from dataclasses import dataclass, replace
from functools import partial

import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.blocks import PatchDiscriminator
from models.families.cyclegan import CycleGAN as Network
from models.families.cyclegan import CycleGANConfig
from models.objectives import least_squares_d, least_squares_g
from models.tensors import Images
from training.data import Dataset
from training.errors import DataUnfit
from training.mirror import mirrored
from training.pool import ImagePool
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec
from training.update import Update

ROWS = 6  # of the sheet: as many as columns


@dataclass(frozen=True)
class CycleGANRecipeConfig:
    """Names of the domains, widths, blocks of G and F, whether they make residuals, strided layers of D, weights of the
    losses, deviation of the noise on the way back and share of its gradient, pool, enlargement, rate.
    """

    domains: tuple[str, ...] = ("a", "b")
    width: int = 32
    d_width: int = 32
    blocks: int = 6
    residual: int = 0
    patch_layers: int = 2
    lam: float = 20.0
    identity: float = 0.5
    noise: float = 0.0
    pull: float = 1.0
    pool: int = 50
    jitter: float = 1.0
    lr: float = 2e-4
    beta_1: float = 0.5


class CycleGAN:
    """Both generators, then both discriminators on what the pools give back."""

    def __init__(self, name: str, config: CycleGANRecipeConfig, data: Dataset) -> None:
        if data.other is None:
            raise DataUnfit(f"{name} learns from two domains without pairs; {data.name} has one")
        (c_a, c_b), side = channels(data), data.size
        if config.residual and c_a != c_b:
            raise DataUnfit(f"residuals need as many channels in both domains; {data.name} has {c_a} and {c_b}")
        self.config = config
        self.model = Network(model_config(config, data))
        self.D_A, self.D_B = (
            PatchDiscriminator(channels=c, width=config.d_width, layers=config.patch_layers) for c in (c_a, c_b)
        )
        self.pool_a, self.pool_b = (ImagePool(config.pool, (c, side, side)) for c in (c_a, c_b))
        self.networks = nn.ModuleDict(
            {"model": self.model, "D_A": self.D_A, "D_B": self.D_B, "pool_A": self.pool_a, "pool_B": self.pool_b}
        )
        betas = (config.beta_1, 0.999)
        self.opt_g = Adam(self.model.parameters(), lr=config.lr, betas=betas)
        self.opt_d = Adam([*self.D_A.parameters(), *self.D_B.parameters()], lr=config.lr, betas=betas)
        self.optimizers: dict[str, Optimizer] = {"G": self.opt_g, "D": self.opt_d}
        shown = [torch.arange(ROWS) * len(each) // ROWS for each in (data.images, data.other)]
        self.examples = tuple(
            torch.from_numpy(each[rows.numpy()]).float() / 255
            for each, rows in zip((data.images, data.other), shown, strict=True)
        )

    @property
    def network(self) -> nn.Module:
        """G and F."""
        return self.model

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """Algorithm of section 4, the losses of eq. 3 and section 5.2."""
        assert batch.other is not None  # noqa: S101 - the constructor has seen it
        G, F, lam = self.model.G, self.model.F, self.config.lam
        (a,), (b,) = mirrored(draw, batch.x), mirrored(draw, batch.other)
        a, b = (windowed(x, draw, jitter=self.config.jitter) for x in (a, b))
        fake_b, fake_a = G(a), F(b)
        adversarial = least_squares_g(self.D_B.patches(fake_b)) + least_squares_g(self.D_A.patches(fake_a))
        back_a, back_b = (
            network(pulled(x, self.config.pull), self.noise(x, draw)) for network, x in ((F, fake_b), (G, fake_a))
        )
        cycle = distance(back_a, a) + distance(back_b, b)
        identity = distance(G(b), b) + distance(F(a), a) if self.same(a, b) else torch.zeros_like(cycle)
        update(self.opt_g, adversarial + lam * (cycle + self.config.identity * identity))
        old_b, old_a = self.pool_b.exchange(fake_b, draw), self.pool_a.exchange(fake_a, draw)
        loss_d = least_squares_d(self.D_B.patches(b), self.D_B.patches(old_b)) + least_squares_d(
            self.D_A.patches(a), self.D_A.patches(old_a)
        )
        update(self.opt_d, loss_d)
        losses = {"loss_d": loss_d, "adversarial": adversarial, "cycle": cycle, "identity": identity}
        return {name: loss.detach() for name, loss in losses.items()}

    def noise(self, x: Images, draw: Draw) -> Tensor | None:
        """White noise in the shape of x."""
        return self.config.noise * draw.normal(*x.shape) if self.config.noise else None

    def same(self, a: Images, b: Images) -> bool:
        """Whether an image of one domain can be given to the generator of the other: the identity loss needs it."""
        return self.config.identity > 0 and a.shape[1] == b.shape[1]

    def schedule(self, progress: float) -> None:
        """Constant for half of the run, then linearly to zero."""
        for optimizer in (self.opt_g, self.opt_d):
            optimizer.param_groups[0]["lr"] = self.config.lr * min(1.0, 2 * (1 - progress))

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """Six rows of a, G(a), F(G(a)), b, F(b), G(F(b)); grey as RGB."""
        assert isinstance(network, Network)  # noqa: S101 - a copy of `network`
        a, b = (example.to(draw.generator.device) for example in self.examples)
        fake_b, fake_a = network.G(a), network.F(b)
        columns = [a, fake_b, network.F(fake_b), b, fake_a, network.G(fake_a)]
        return torch.stack([x.expand(-1, 3, -1, -1) for x in columns], dim=1).flatten(0, 1)


def windowed(x: Images, draw: Draw, *, jitter: float) -> Images:
    """b c h w -> b c h w: a window of each image enlarged, at random."""
    h, w = x.shape[2:]
    height, width = round(h * jitter), round(w * jitter)
    if (height, width) == (h, w):
        return x
    wide = functional.interpolate(x, (height, width), mode="bicubic", align_corners=False).clamp(0, 1)
    tops, lefts = (draw.integers(long - short + 1, len(x)).tolist() for long, short in ((height, h), (width, w)))
    rows = zip(wide, tops, lefts, strict=True)
    return torch.stack([row[:, top : top + h, left : left + w] for row, top, left in rows])


def pulled(x: Images, share: float) -> Images:
    """x, of whose gradient a share goes on."""
    return x.detach() + share * (x - x.detach())


def distance(x: Images, y: Images) -> Tensor:
    """Mean of |x - y|."""
    return (x - y).abs().mean()


def channels(data: Dataset) -> tuple[int, int]:
    """Of A and B."""
    return data.channels, data.channels if data.other is None else int(data.other.shape[1])


def model_config(config: CycleGANRecipeConfig, data: Dataset) -> CycleGANConfig:
    """What fixes both generators."""
    a, b = config.domains
    return CycleGANConfig((a, b), channels(data), config.width, config.blocks, residual=bool(config.residual))


def measure(network: nn.Module, *, data: str, size: int, command: str, samples: tuple[int, ...]) -> tuple[object, ...]:
    """The card's metrics: both directions on the held-out pairs."""
    from training.evaluation import measure_translation

    return measure_translation(network, data=data, size=size, command=command, most=max(samples))


def presets(config: CycleGANRecipeConfig, *, steps: int) -> dict[str, Preset]:
    """Of a pair of domains at 64 px; `steps` of four images take a CPU."""
    small = replace(config, width=4, d_width=4, blocks=1, pool=4)
    return {
        "smoke": Preset(Plan(steps=30, batch_size=2, sample_every=15, samples=(60,)), small),
        "cpu": Preset(Plan(steps=steps, batch_size=4, precision="bf16", sample_every=500), config),
        "gpu": Preset(
            Plan(steps=20_000, batch_size=16, precision="bf16", sample_every=2000),
            replace(config, width=48, d_width=64),
        ),
    }


def spec(
    name: str,
    title: str,
    config: CycleGANRecipeConfig,
    *,
    data: str,
    steps: int,
    licence: str,
    use: str,
    limits: tuple[str, ...],
) -> RecipeSpec:
    """A recipe for two domains."""
    return RecipeSpec(
        id=name,
        title=title,
        family="cyclegan",
        data=data,
        size=64,
        papers=("arXiv:1703.10593",),
        presets=presets(config, steps=steps),
        build=partial(CycleGAN, name),
        model_config=model_config,
        measure=measure,
        text=CardText(intended_use=use, limits=limits, licence=licence),
    )


OPENMOJI = spec(
    "cyclegan-openmoji",
    "CycleGAN: emoji in colour and as line drawings",
    CycleGANRecipeConfig(("color", "line"), width=24, residual=1, lam=60.0, identity=0.0, noise=0.1, pull=0.03),
    data="apart:openmoji",
    steps=5000,
    licence="CC-BY-SA-4.0",
    use="Teaching and study: colouring a line drawing, and finding the lines of a coloured one, without a pair.",
    limits=("Drawings in the style of OpenMoji on white, 64x64; a line drawing does not say which colours are right.",),
)
GLASSES = spec(
    "cyclegan-glasses",
    "CycleGAN: drawn faces without glasses and with",
    CycleGANRecipeConfig(("none", "glasses"), width=24, blocks=4, residual=1, identity=0.0),
    data="apart:avatars-micah:glasses",
    steps=5000,
    licence="CC-BY-4.0",
    use="Teaching and study: one attribute of a face changed and the others kept, learned without a pair.",
    limits=("Drawn faces in the style of Micah Lanier's avatars, 64x64; no photographs, no other style.",),
)
STYLES = spec(
    "cyclegan-styles",
    "CycleGAN: drawn faces in lines and, by the same artist, in colour",
    CycleGANRecipeConfig(("lorelei", "adventurer"), width=24),
    data="apart:avatars-lorelei-as-adventurer",
    steps=6000,
    licence="CC-BY-4.0",
    use="Teaching and study: one style of drawing turned into another, learned without a pair.",
    limits=(
        "Drawn faces in two styles of Lisa Wischofsky's avatars, 64x64; no photographs, no other style.",
        "Lines say nothing of the colours of skin and hair: those of an answer are invented.",
    ),
)
OWN = spec(
    "cyclegan",
    "CycleGAN",
    CycleGANRecipeConfig(jitter=1.12),
    data="apart:openmoji",
    steps=6000,
    licence="as its data: see the card's data",
    use="Two domains of your own: --data unpaired:PATH, or horse2zebra and its siblings; emoji where none is named.",
    limits=("What it learned from is the user's choice: see the card's data.",),
)

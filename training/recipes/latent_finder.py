"""Where PULSE starts: an encoder of small images, taught by samples of the generator that is searched.

A sample's latent is known. So at every step: latents v on the spheres, their images made small (by a factor of 2 to a
quarter of their side, another at every step), the encoder's guess u; the loss is the distance of v and u (mean square)
and, once that has settled, 100 times that of the small images of both, which is what a search minimises. Codes, of
which nothing is searched, are guessed by their scores, under cross-entropy.
"""

from dataclasses import dataclass, replace
from functools import partial

import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.capabilities import Sampler
from models.families.latent_finder import LatentFinder, LatentFinderConfig
from models.fidelity import error
from models.lattice import LEVELS, quantised
from models.pulse.downscale import downscaled
from models.pulse.guess import codes_of, numbers_of, point_of
from models.pulse.solver import LAMBDA_L2
from models.pulse.space import Space, space_of
from models.tensors import Codes, Images, Latents
from training.data import Dataset
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec
from training.shipped import shipped
from training.update import Update

ALONE = 0.3  # of the run: the distance of latents only
FEATURES = 0.1  # the weight of that distance afterwards
SHOWN = 12  # samples on the sheet, two a row
CHUNK = 64  # samples of the bank, drawn at once
CPU = torch.device("cpu")

Samples = tuple[Latents, Codes, Tensor]  # points, their codes, their images: in [0, 1], or bytes


@dataclass(frozen=True)
class LatentFinderRecipeConfig:
    """Maps of the encoder, its hidden layer, the peak learning rate.

    With a bank of so many samples the first part of the run draws from it; 0: every step has samples of its own, which
    costs nothing beside a small generator. `rows` of a batch count once small images do, since that leads through G.
    """

    widths: tuple[int, ...] = (32, 64, 64)
    hidden: int = 256
    lr: float = 1e-3
    bank: int = 0
    rows: int = 64


def generator(id: str) -> Sampler:
    """The generator as it is shipped. Raises CheckpointMissing, or a CheckpointError."""
    return shipped(id, Sampler, purpose="the latent finder learns from")


class Finding:
    """Adam on guesses at the latents of samples."""

    def __init__(self, of: str, config: LatentFinderRecipeConfig, data: Dataset) -> None:
        self.config, self.settled, self.of = config, False, of
        self.device = CPU
        self.space: Space = space_of(generator(of), CPU)
        _, _, self.examples = samples(self.space, seed=0, rows=range(SHOWN))
        self.bank: Samples | None = None
        self.E = LatentFinder(model_config(config, data, of=of))
        self.networks = nn.ModuleDict({"E": self.E})
        self.optimizer = Adam(self.E.parameters(), lr=config.lr)
        self.optimizers: dict[str, Optimizer] = {"E": self.optimizer}

    @property
    def network(self) -> nn.Module:
        """The encoder."""
        return self.E

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """Guesses at as many samples as the batch has images; those themselves are not looked at."""
        v, told, large = self.some(batch.x.device, len(batch.x), draw)
        side = small_side(large.shape[-1], draw)
        x = quantised(downscaled(large, side, side))
        numbers = self.E(x)
        u, _ = point_of(self.space, numbers)
        apart = (u - v).square().mean()
        loss = apart + self.confusion(numbers, told)
        near = apart.new_zeros(())
        if self.settled:
            near = error(downscaled(self.space.images(u, told), side, side), x).mean()
            loss = FEATURES * loss + LAMBDA_L2 * near
        update(self.optimizer, loss)
        return {"loss": loss.detach(), "apart": apart.detach(), "near": near.detach()}

    def some(self, device: torch.device, rows: int, draw: Draw) -> Samples:
        """Samples: from the bank until small images count, then new ones."""
        if device != self.device:
            G = generator(self.of)
            assert isinstance(G, nn.Module)  # noqa: S101 - every checkpoint's network is one
            self.device, self.space = device, space_of(G.to(device), device)
        if not self.config.bank or self.settled:
            fewer = min(rows, self.config.rows) if self.settled else rows
            return samples(self.space, seed=int(draw.integers(2**31, 1)), rows=range(fewer), device=device)
        if self.bank is None:
            self.bank = banked(self.space, rows=self.config.bank, device=device)
        picked = draw.integers(self.config.bank, rows)
        v, told, large = (each[picked] for each in self.bank)
        return v, told, large.float() / LEVELS

    def confusion(self, numbers: Tensor, told: Tensor) -> Tensor:
        """Cross-entropy of the codes' scores; squared error of those that are numbers."""
        start, _ = numbers_of(self.space)
        loss, at = numbers.new_zeros(()), 0
        for code in codes_of(self.space):
            scores, truth = numbers[:, start + at : start + at + code.width], told[:, at : at + code.width]
            if code.values:
                loss = loss + functional.cross_entropy(scores.float(), truth.argmax(dim=1))
            else:
                loss = loss + functional.mse_loss(scores.float(), truth)
            at += code.width
        return loss

    def schedule(self, progress: float) -> None:
        """Linearly to zero; the small images count from ALONE on."""
        self.settled = progress >= ALONE
        self.optimizer.param_groups[0]["lr"] = self.config.lr * (1 - progress)

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """Three pictures of each: a sample, it at a quarter of its side, and what the guess at that shows."""
        assert isinstance(network, LatentFinder)  # noqa: S101 - a copy of `network`
        large = self.examples.to(draw.generator.device)
        side = large.shape[-1] // 4
        x = quantised(downscaled(large, side, side))
        shown = functional.interpolate(x, size=large.shape[2:], mode="nearest")
        guessed = self.space.images(*point_of(self.space, network(x)))
        return torch.stack([large, shown, guessed], dim=1).flatten(0, 1)


@torch.no_grad()
def samples(space: Space, *, seed: int, rows: range, device: torch.device = CPU) -> Samples:
    """Points, their codes, and their images in 8 bits."""
    v, told = (part.to(device) for part in space.start(seed=seed, rows=rows))
    return v, told, quantised(space.images(v, told))


def banked(space: Space, *, rows: int, device: torch.device) -> Samples:
    """Samples of seed 1, their images as bytes."""
    firsts = range(0, rows, CHUNK)
    drawn = (samples(space, seed=1, rows=range(k, min(k + CHUNK, rows)), device=device) for k in firsts)
    v, told, large = (torch.cat(parts) for parts in zip(*drawn, strict=True))
    return v, told, (large * LEVELS).round().byte()


def small_side(side: int, draw: Draw) -> int:
    """A side of small images: that of the large ones over 2 and more, a fourteenth or eight pixels at least."""
    least = max(2, min(side // 7, 8))
    return least + int(draw.integers(side // 2 - least + 1, 1))


def model_config(config: LatentFinderRecipeConfig, data: Dataset, *, of: str) -> LatentFinderConfig:
    """What fixes the encoder."""
    space = space_of(generator(of), torch.device("cpu"))
    return LatentFinderConfig(
        size=data.size,
        channels=data.channels,
        columns=sum(numbers_of(space)),
        widths=config.widths,
        hidden=config.hidden,
    )


def measure(
    network: nn.Module,
    *,
    data: str,  # noqa: ARG001
    size: int,  # noqa: ARG001
    command: str,
    samples: tuple[int, ...],
    of: str,
) -> tuple[object, ...]:
    """The card's metrics: how near guesses come, and how much shorter searches are from them."""
    from training.evaluation import measure_finding

    return measure_finding(network, of=of, command=command, samples=min(200, *samples))


def spec(of: str, title: str, *, data: str, size: int, licence: str, config: LatentFinderRecipeConfig) -> RecipeSpec:
    """The recipe for one generator."""
    small = replace(config, widths=(4,) * len(config.widths), hidden=8, bank=min(config.bank, 16), rows=8)
    return RecipeSpec(
        id=f"start-{of}",
        title=title,
        family="latent-finder",
        data=data,
        size=size,
        papers=("arXiv:2003.03808", "arXiv:2008.00951"),
        presets={
            "smoke": Preset(Plan(steps=20, batch_size=8, sample_every=20, samples=(4,)), small),
            "cpu": Preset(Plan(steps=2000, batch_size=64, precision="bf16", sample_every=500, ema_decay=0.99), config),
            "gpu": Preset(Plan(steps=20_000, batch_size=256, sample_every=2000), config),
        },
        build=partial(Finding, of),
        model_config=partial(model_config, of=of),
        measure=partial(measure, of=of),
        text=CardText(
            intended_use=f"A start for searches of POST /v1/upscale in the latents of {of}.",
            limits=(
                f"It knows {of} as it was when it learned from it; of another generator its guesses are worthless.",
                "What it guesses is invented, as is what is found from there: it restores no image.",
            ),
            licence=licence,
        ),
    )


DIGITS = spec(
    "sngan-mnist",
    "Starts of searches in SN-GAN's digits",
    data="mnist-10k",
    size=28,
    licence="CC0-1.0",
    config=LatentFinderRecipeConfig(),
)
FACES = spec(
    "stylegan2-avatars",
    "Starts of searches in StyleGAN2's faces",
    data="avatars-micah",
    size=64,
    licence="CC-BY-4.0",
    config=LatentFinderRecipeConfig(widths=(32, 48, 64, 96), hidden=384, bank=10_000, rows=16),
)
DCGAN = spec(
    "dcgan-mnist",
    "Starts of searches in DCGAN's digits",
    data="mnist-10k",
    size=28,
    licence="CC0-1.0",
    config=LatentFinderRecipeConfig(),
)

"""HGD: a denoiser that is taught by the classifier behind it (Liao et al. 2018, arXiv:1712.02976).

Adversarial examples x* of a classifier that never changes are made anew at every step, by this repository's own attacks
at many eps. The denoiser D leaves x_hat = x* - D(x*), and its loss is how far that is from the clean x (section 3.3):

  pixel   |x_hat - x|                    in the image itself (PGD, "pixel guided")
  feature |f_l(x_hat) - f_l(x)|, l = -2  in the classifier's last convolution (FGD)
  logit   |f_l(x_hat) - f_l(x)|, l = -1  in its logits (LGD), the best of theirs and the recipe `hgd-mnist`

Where the paper caches examples of an ensemble and trains on ImageNet, this has one classifier of digits, the one that
stands behind it. No label is used but to make the attacks.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.attacks.registry import attack
from models.attacks.rows import rows_of
from models.families.hgd import HGD, HGDConfig
from models.families.strided_cnn import StridedCNN
from models.solver import solve
from models.tensors import Images, Labels
from models.victim import Bare
from training.augment import translation
from training.data import Dataset
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec, require
from training.shipped import shipped
from training.update import Update

GUIDE = "cnn-mnist"
SHEET_EPS, SHEET_STEPS = 76, 20
Guidance = Callable[[StridedCNN, Images], Tensor]
MIX = (("fgsm", 1), ("fgsm", 1), ("fgsm", 1), ("pgd", 3), ("pgd", 6), ("pgd", 10), ("pgd-margin", 10))  # and clean


@dataclass(frozen=True)
class HGDRecipeConfig:
    """Widths of D, its peak learning rate, the largest eps in 1/255, shifts of digits as a share of their side."""

    widths: tuple[int, ...] = (16, 32, 32)
    lr: float = 2e-3
    eps: int = 80
    shift: float = 0.04


def pixels(f: StridedCNN, x: Images) -> Tensor:  # noqa: ARG001 - it needs no classifier
    """x itself."""
    return x


def features(f: StridedCNN, x: Images) -> Tensor:
    """What the last convolution of the classifier gives."""
    last = max(place for place, layer in enumerate(f.body) if isinstance(layer, nn.Conv2d))
    y = x
    for layer in list(f.body)[: last + 2]:  # and the rectifier behind it
        y = layer(y)
    return y


def logits(f: StridedCNN, x: Images) -> Tensor:
    """What the classifier says."""
    return f.classify(x)


def guide() -> StridedCNN:
    """The classifier as it is shipped. Raises CheckpointMissing, or a CheckpointError."""
    return shipped(GUIDE, StridedCNN, purpose="the denoiser learns from")


class Guided:
    """Adam on the distance between what is left of adversarial examples and the clean images, as the guide sees it."""

    def __init__(self, name: str, config: HGDRecipeConfig, data: Dataset, *, guidance: Guidance) -> None:
        require(name, data, size=28, channels=(1,), labels=10)
        assert data.labels is not None  # noqa: S101 - `require` has seen the labels
        self.config, self.guidance, self.f = config, guidance, guide()
        order = [int(row) for digit in range(10) for row in (data.labels == digit).nonzero()[0][:2]]
        self.examples = torch.from_numpy(data.images[order]).float() / 255
        self.truth = torch.from_numpy(data.labels[order])
        self.D = HGD(model_config(config, data))
        self.networks = nn.ModuleDict({"D": self.D})
        self.optimizer = Adam(self.D.parameters(), lr=config.lr)
        self.optimizers: dict[str, Optimizer] = {"D": self.optimizer}

    @property
    def network(self) -> nn.Module:
        """D."""
        return self.D

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """What D leaves of examples made for this step, beside the clean images."""
        assert batch.y is not None  # noqa: S101 - `require` has seen the labels
        self.f.to(batch.x.device)
        x, y = translation(batch.x, draw, ratio=self.config.shift), batch.y
        attacked = adversarial(self.f, x, y, draw, most=self.config.eps)
        left = self.D.denoise(attacked)
        with torch.no_grad():
            clean = self.guidance(self.f, x)
        loss = (self.guidance(self.f, left) - clean).abs().mean()
        update(self.optimizer, loss)
        with torch.no_grad():
            before, after = ((self.f(z).argmax(dim=1) == y).float().mean() for z in (attacked, left))
        return {"loss": loss.detach(), "right_before": before, "right": after}

    def schedule(self, progress: float) -> None:
        """Up over the first twentieth, down a half cosine over the rest."""
        rise, fall = min(1.0, progress / 0.05), 0.5 * (1 + math.cos(math.pi * max(0.0, (progress - 0.05) / 0.95)))
        self.optimizer.param_groups[0]["lr"] = self.config.lr * (rise if rise < 1 else fall)

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """Twenty training digits, five pictures each: clean, adversarial, what is left, what was put on, what D took.

        The last two are around grey, 0 at half a range, and an image's attack is that of PGD at 76/255.
        """
        x = self.examples.to(draw.generator.device)
        rows = rows_of(x, self.truth.to(x.device), eps=SHEET_EPS, steps=SHEET_STEPS, kappa=math.inf)
        z = solve(attack("pgd").solver(Bare(self.f.to(x.device)), "linf"), rows).x
        dx = network(z)
        shown = torch.stack([x, z, z - dx, 0.5 + (z - x) / 2, 0.5 + dx / 2], dim=1)
        return shown.flatten(0, 1).clamp(0, 1)


def adversarial(f: StridedCNN, x: Images, y: Labels, draw: Draw, *, most: int) -> Images:
    """8-bit images: an eighth clean, the others each by an attack of MIX at an eps of 1..`most`, taken to its end."""
    kind, eps = draw.integers(len(MIX) + 1, len(x)), 1 + draw.integers(most, len(x))
    seed = int(draw.integers(2**31, 1))
    made = rows_of(x, y, eps=1, steps=1).x
    with torch.autocast(x.device.type, enabled=False):
        for number, (name, steps) in enumerate(MIX):
            chosen = (kind == number).nonzero().flatten()
            if not len(chosen):
                continue
            rows = rows_of(x[chosen], y[chosen], eps=1, steps=steps, kappa=math.inf, seed=seed + number)
            rows = replace(rows, eps=eps[chosen].to(rows.eps))
            made[chosen] = solve(attack(name).solver(Bare(f), "linf"), rows).x
    return made


def model_config(config: HGDRecipeConfig, data: Dataset) -> HGDConfig:
    """What fixes D."""
    return HGDConfig(channels=data.channels, widths=config.widths)


def measure(network: nn.Module, *, data: str, size: int, command: str, samples: tuple[int, ...]) -> tuple[object, ...]:  # noqa: ARG001
    """The card's metrics: the guide behind D, attacked alone and through D."""
    from training.evaluation import measure_denoising

    return measure_denoising(network, data=data, command=command)


def spec(name: str, title: str, *, guidance: Guidance, use: str) -> RecipeSpec:
    """A recipe that differs from the others in what guides it."""
    return RecipeSpec(
        id=name,
        title=title,
        family="hgd",
        data="mnist-10k",
        size=28,
        papers=("arXiv:1712.02976",),
        presets={
            "smoke": Preset(Plan(steps=20, batch_size=16, sample_every=20), HGDRecipeConfig(widths=(4, 8))),
            "cpu": Preset(
                Plan(steps=1500, batch_size=64, precision="bf16", sample_every=500, ema_decay=0.995), HGDRecipeConfig()
            ),
            "gpu": Preset(Plan(steps=6000, batch_size=256, sample_every=2000, ema_decay=0.998), HGDRecipeConfig()),
        },
        build=partial(Guided, name, guidance=guidance),
        model_config=model_config,
        measure=measure,
        text=CardText(
            intended_use=use,
            limits=(
                f"It cleans 28x28 grey digits on black, of attacks in L-inf like those it saw; its guide was {GUIDE}.",
                "An attack that goes through it succeeds almost always: it is no defence against who knows of it.",
            ),
        ),
    )


LOGIT = spec(
    "hgd-mnist",
    "Denoiser guided by logits",
    guidance=logits,
    use="Teaching and study: a defence that holds while nobody knows of it, and falls when somebody does.",
)
FEATURE = spec(
    "hgd-mnist-feature",
    "Denoiser guided by features",
    guidance=features,
    use="Teaching and study: guidance by the classifier's last convolution, beside that by logits.",
)
PIXEL = spec(
    "hgd-mnist-pixel",
    "Denoiser guided by pixels",
    guidance=pixels,
    use="Teaching and study: the usual denoiser, beside those that are guided by what the classifier sees.",
)

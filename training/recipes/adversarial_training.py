"""Adversarial training of a digit classifier, and the natural training that it is compared with.

Madry et al. 2018 (arXiv:1706.06083), eq. 2.1: min over theta of E max over delta in S of L(theta, x + delta, y), the
inner maximum sought by projected gradient steps from a random start. S is the L-inf ball; its radius grows over the
first part of the run, since from scratch the whole ball stops the network at equal guesses. Three steps a visit do for
many where an attack goes on from what it had found when it last saw the image (Zheng et al. 2020, arXiv:1912.11969).

Goodfellow et al. 2015 (arXiv:1412.6572), section 6: alpha J(theta, x, y) + (1 - alpha) J(theta, x + eps sign(grad), y),
a single step from x itself. It resists that step and no other, which is what it is shipped to show.

TRADES (Zhang et al. 2019, arXiv:1901.08573, eq. 5): J(x, y) + beta max KL(f(x) || f(x')) over x' in S. The label stands
for the clean image alone; what the network says of x is what it should say all around it.

The attacks of models/attacks judge 8-bit images, keep the best and stop when it succeeds; theta learns from the last
iterate, found or not, of a ball that grows by fractions of a level. So the steps stand here, and a test holds them to
the attack of the same name.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from models.families.strided_cnn import StridedCNN, StridedCNNConfig
from models.tensors import Images, Labels, Logits
from training.augment import moved, offsets
from training.data import Dataset
from training.perturbations import Perturbations
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec, require
from training.update import Update

SHEET_EPS, SHEET_STEPS = 76 / 255, 20  # the attack on a sheet, whatever the network was trained against


@dataclass(frozen=True)
class AdversarialRecipeConfig:
    """The ball and the steps in it are in levels of 1/255; no inner steps is natural training.

    `start` is the share of the ball that a random start lies in, `fresh` the share of attacks that begin there; the
    others go on from where they ended when they last saw the image. `alpha` is the weight of the loss on x itself,
    `beta` that of TRADES' second term (0 for no TRADES), `warm_up` the share of the run over which the ball grows,
    `shift` how far digits are moved, as a share of their side.
    """

    width: int = 32
    hidden: int = 128
    eps: float = 76.0
    inner_steps: int = 10
    step_size: float = 19.0
    start: float = 1.0
    fresh: float = 1.0
    alpha: float = 0.0
    beta: float = 0.0
    warm_up: float = 0.3
    lr: float = 1e-3
    weight_decay: float = 0.02
    shift: float = 0.08


def ascend(
    f: Callable[[Images], Logits],
    x: Images,
    y: Labels | Tensor,
    start: Images,
    *,
    eps: float,
    step_size: float,
    steps: int,
) -> Images:
    """`steps` times x' <- Proj_{x + S}(x' + step_size sign(grad L(x', y))) from `start` (Madry et al., section 2.1).

    y may be probabilities: then L differs by a constant from their KL divergence to what f says.
    """
    low, high = (x - eps).clamp(min=0), (x + eps).clamp(max=1)
    adversarial = start.clamp(low, high)
    with torch.enable_grad():
        for _ in range(steps):
            adversarial = adversarial.detach().requires_grad_()
            loss = functional.cross_entropy(f(adversarial).float(), y)
            (gradient,) = torch.autograd.grad(loss, adversarial)
            adversarial = (adversarial + step_size * gradient.sign()).clamp(low, high)
    return adversarial.detach()


class AdversarialTraining:
    """Cross-entropy on what an attack makes of the digits, under AdamW and a one-cycle learning rate."""

    def __init__(self, name: str, config: AdversarialRecipeConfig, data: Dataset) -> None:
        require(name, data, size=28, channels=(1,), labels=10)
        self.config, self.eps = config, 0.0
        self.examples = examples(data)
        self.model = StridedCNN(model_config(config, data))
        self.networks = nn.ModuleDict({"model": self.model})
        self.found = (
            None if config.fresh == 1 else Perturbations(len(data), data.images.shape[1:], eps=config.eps / 255)
        )
        if self.found is not None:
            self.networks["found"] = self.found
        self.optimizer = AdamW(self.model.parameters(), lr=config.lr, weight_decay=config.weight_decay)
        self.optimizers: dict[str, Optimizer] = {"model": self.optimizer}

    @property
    def network(self) -> nn.Module:
        """The classifier."""
        return self.model

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """The inner maximum, then one step of theta."""
        assert batch.y is not None  # noqa: S101 - `require` has seen the labels
        c, y = self.config, batch.y
        dy, dx = (offsets(draw, len(y), round(side * c.shift)) for side in batch.x.shape[2:])
        x = moved(batch.x, dy, dx)
        delta = c.start * self.eps * (2 * draw.uniform(*x.shape) - 1)
        if self.found is not None and batch.rows is not None:
            again = draw.uniform(len(x), 1, 1, 1) >= c.fresh
            delta = torch.where(again, moved(self.found.of(batch.rows), dy, dx), delta)
        step_size = c.step_size / c.eps * self.eps
        said = self.says(x) if c.beta else y
        adversarial = ascend(self.model, x, said, x + delta, eps=self.eps, step_size=step_size, steps=c.inner_steps)
        if self.found is not None and batch.rows is not None:
            self.found.keep(batch.rows, moved(adversarial - x, -dy, -dx))
        return self.trades(x, y, adversarial, update) if c.beta else self.plain(x, y, adversarial, update)

    @torch.no_grad()
    def says(self, x: Images) -> Tensor:
        """The probabilities of x."""
        said: Tensor = self.model(x).float().softmax(dim=1)
        return said

    def plain(self, x: Images, y: Labels, adversarial: Images, update: Update) -> dict[str, Tensor]:
        """The loss on adversarial images, and alpha of it on x itself."""
        c = self.config
        logits = self.model(adversarial if c.inner_steps else x).float()
        loss = functional.cross_entropy(logits, y)
        if c.alpha:
            loss = c.alpha * functional.cross_entropy(self.model(x).float(), y) + (1 - c.alpha) * loss
        update(self.optimizer, loss)
        return {"loss": loss.detach(), "accuracy": (logits.argmax(1) == y).float().mean()}

    def trades(self, x: Images, y: Labels, adversarial: Images, update: Update) -> dict[str, Tensor]:
        """Eq. 5; gradients go through both sides of the divergence."""
        clean, around = self.model(x).float(), self.model(adversarial).float()
        natural = functional.cross_entropy(clean, y)
        apart = divergence(clean, around)
        update(self.optimizer, natural + self.config.beta * apart)
        accuracy = (around.argmax(1) == y).float().mean()
        return {"loss": natural.detach(), "divergence": apart.detach(), "accuracy": accuracy}

    def schedule(self, progress: float) -> None:
        """The rate goes up over the first tenth, then down a half cosine; eps grows over the warm-up."""
        rise = min(1.0, progress / 0.1)
        fall = 0.5 * (1 + math.cos(math.pi * max(0.0, (progress - 0.1) / 0.9)))
        self.optimizer.param_groups[0]["lr"] = self.config.lr * (rise if rise < 1 else fall)
        self.eps = self.config.eps / 255 * min(1.0, progress / self.config.warm_up)

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """One row a digit: five training images, each beside what PGD at 76/255 makes of it for this network."""
        x = self.examples.to(draw.generator.device)
        y = torch.arange(10, device=x.device).repeat_interleave(len(x) // 10)
        attacked = ascend(network, x, y, x, eps=SHEET_EPS, step_size=SHEET_EPS / 8, steps=SHEET_STEPS)
        return torch.stack([x, attacked], dim=1).flatten(0, 1)


def divergence(p: Logits, q: Logits) -> Tensor:
    """KL(softmax p || softmax q), the mean over rows."""
    return functional.kl_div(q.log_softmax(dim=1), p.log_softmax(dim=1), reduction="batchmean", log_target=True)


def examples(data: Dataset) -> Images:
    """The first five images of each digit; black ones where there are not so many."""
    assert data.labels is not None  # noqa: S101 - `require` has seen the labels
    rows = [torch.from_numpy(data.images[data.labels == digit][:5]).float() / 255 for digit in range(10)]
    return torch.cat([functional.pad(row, [0] * 7 + [5 - len(row)]) for row in rows])


def model_config(config: AdversarialRecipeConfig, _data: Dataset) -> StridedCNNConfig:
    """What fixes the network."""
    return StridedCNNConfig(width=config.width, hidden=config.hidden)


def measure(network: nn.Module, *, data: str, size: int, command: str, samples: tuple[int, ...]) -> tuple[object, ...]:  # noqa: ARG001
    """The card's metrics, on all test digits: clean, and under attack."""
    from training.evaluation import measure_robustness

    return measure_robustness(network, data=data, command=command)


def spec(
    id: str,
    title: str,
    *,
    papers: tuple[str, ...],
    cpu: Plan,
    config: AdversarialRecipeConfig,
    use: str,
    limit: str,
    published: tuple[Mapping[str, str], ...] = (),
) -> RecipeSpec:
    """A recipe; a GPU takes four times the steps."""
    small = replace(config, width=4, hidden=16, inner_steps=min(2, config.inner_steps))
    return RecipeSpec(
        id=id,
        title=title,
        family="strided-cnn",
        data="mnist-10k",
        size=28,
        papers=papers,
        presets={
            "smoke": Preset(Plan(steps=30, batch_size=32, sample_every=30), small),
            "cpu": Preset(cpu, config),
            "gpu": Preset(replace(cpu, steps=4 * cpu.steps, precision="fp32"), config),
        },
        build=partial(AdversarialTraining, id),
        model_config=model_config,
        measure=measure,
        text=CardText(
            intended_use=use,
            limits=("28x28 grey digits on black; it names every image a digit, whatever it shows.", limit),
            published=published,
        ),
    )


NATURAL = spec(
    "cnn-mnist",
    "Digit classifier, trained naturally",
    papers=("arXiv:1711.00851",),
    cpu=Plan(steps=4000, batch_size=128, precision="bf16", sample_every=1000),
    config=AdversarialRecipeConfig(inner_steps=0),
    use="Teaching and study: the victim of attacks.",
    limit="Changes that no eye minds make it name anything; that is what it is there for.",
)
PGD = spec(
    "cnn-mnist-pgd",
    "Digit classifier, trained against PGD",
    papers=("arXiv:1706.06083", "arXiv:1912.11969", "arXiv:1711.00851"),
    cpu=Plan(steps=7000, batch_size=64, precision="bf16", sample_every=1750, ema_decay=0.998),
    config=AdversarialRecipeConfig(
        eps=84.0, inner_steps=3, step_size=21.0, fresh=0.05, warm_up=0.15, lr=2e-3, shift=0.04
    ),
    use="Teaching and study: a classifier that attacks in the L-inf ball of 76/255 seldom fool.",
    limit="It resists the L-inf ball that it was trained in: other norms, larger balls and shifts fool it as before.",
    published=(
        {
            "metric": "accuracy under PGD of 100 steps in the L-inf ball of 0.3",
            "value": "92.52 %",
            "source": "Madry et al., MNIST challenge, white-box board; another network, 60,000 training images",
        },
    ),
)
FGSM = spec(
    "cnn-mnist-fgsm",
    "Digit classifier, trained against FGSM",
    papers=("arXiv:1412.6572", "arXiv:1711.00851"),
    cpu=Plan(steps=3000, batch_size=64, precision="bf16", sample_every=1000, ema_decay=0.998),
    config=AdversarialRecipeConfig(inner_steps=1, step_size=76.0, start=0.0, alpha=0.5),
    use="Teaching and study: what training against a single step is worth when the attacker takes several.",
    limit="It resists the single step that it was trained against; an iterated attack fools it.",
    published=(
        {
            "metric": "error under FGSM in the L-inf ball of 0.25",
            "value": "17.9 %",
            "source": "Goodfellow et al. 2015, section 6; a maxout network, 60,000 training images",
        },
    ),
)
TRADES = spec(
    "cnn-mnist-trades",
    "Digit classifier, trained by TRADES",
    papers=("arXiv:1901.08573", "arXiv:1711.00851"),
    cpu=Plan(steps=6000, batch_size=64, precision="bf16", sample_every=1000, ema_decay=0.998),
    config=AdversarialRecipeConfig(inner_steps=8, warm_up=0.2, shift=0.04, beta=6.0),
    use="Teaching and study: a classifier that learns to say the same all around an image.",
    limit="It resists the L-inf ball that it was trained in: other norms, larger balls and shifts fool it as before.",
)

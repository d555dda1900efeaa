"""Three that defend. Each has one move a round: training, on what beat it or against the attack itself.

`patched` learns from every image that ever beat it (the way of who mends what was reported). `denoiser` leaves its
classifier alone and trains a network in front of it on the same images (HGD, arXiv:1712.02976, guided by logits).
`adversarial` attacks itself at every step and learns from that (Madry et al. 2018, arXiv:1706.06083): a round is no
round to it, it plays all the time.
"""

from dataclasses import dataclass
from typing import Protocol, TypeVar

import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.defences.defended import Defended
from models.defences.denoiser import Denoised
from models.families.hgd import HGD, HGDConfig
from models.families.strided_cnn import StridedCNN, StridedCNNConfig
from models.tensors import Images, Labels
from models.victim import Bare, Victim
from training.arms_race.setting import Setting, Terms
from training.randomness import Draw
from training.recipes.adversarial_training import ascend

LR = 1e-3
INNER = 7  # of the adversarial defender's own attack: with the outer step eight passes
DENOISER = HGDConfig(widths=(8, 16))
DEAR = 5  # passes of the classifier that one of the denoiser costs, about


@dataclass(frozen=True)
class Examples:
    """Digits as they were, what beat a defender, and what they show."""

    x: Images
    z: Images
    y: Labels


Network = TypeVar("Network", bound=nn.Module)


class Defender(Protocol):
    """Who moves second."""

    @property
    def victim(self) -> Victim:
        """All that it has to say, for the attacker to see through."""

    def move(self, data: Examples, beaten: Examples, draw: Draw) -> None:
        """One round's training on clean digits and on all that beat it so far."""


def classifier(width: int) -> StridedCNN:
    """Of this capacity, untrained."""
    return fast(StridedCNN(StridedCNNConfig(width=width, hidden=4 * width)))


def fast(network: Network) -> Network:
    """In the layout that a CPU likes."""
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def learning() -> torch.autocast:
    """Training is in bf16, more than twice as fast; attackers and judges see the network in fp32."""
    return torch.autocast("cpu", torch.bfloat16)


def rows(n: int, count: int, draw: Draw) -> Tensor:
    """Some of n, drawn with replacement."""
    return draw.integers(n, count)


def step(optimizer: Optimizer, loss: Tensor) -> None:
    """One update."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()


def natural(f: StridedCNN, data: Examples, terms: Terms, draw: Draw) -> Optimizer:
    """Trains on clean digits; the optimiser goes on from there."""
    optimizer = Adam(f.parameters(), lr=LR)
    for _ in range(terms.natural):
        chosen = rows(len(data.y), terms.batch, draw)
        with learning():
            loss = functional.cross_entropy(f(data.x[chosen]).float(), data.y[chosen])
        step(optimizer, loss)
    return optimizer


class Patched:
    """Retrained on what beat it: half of each batch clean digits, half images of any round that did."""

    def __init__(self, setting: Setting, terms: Terms, data: Examples, draw: Draw) -> None:
        self.terms, self.f = terms, classifier(setting.width)
        self.optimizer = natural(self.f, data, terms, draw)

    @property
    def victim(self) -> Victim:
        """The classifier."""
        return Bare(self.f)

    def move(self, data: Examples, beaten: Examples, draw: Draw) -> None:
        """As many steps as there are passes."""
        for _ in range(self.terms.passes):
            _, z, y = mixed(data, beaten, self.terms.batch, draw)
            with learning():
                loss = functional.cross_entropy(self.f(z).float(), y)
            step(self.optimizer, loss)


class Denoising:
    """A classifier that stays as it is, behind a denoiser that is retrained on what beat the two of them."""

    def __init__(self, setting: Setting, terms: Terms, data: Examples, draw: Draw) -> None:
        self.terms, self.f = terms, classifier(setting.width)
        natural(self.f, data, terms, draw)
        self.f.requires_grad_(False)
        self.D = fast(HGD(DENOISER))
        self.optimizer = Adam(self.D.parameters(), lr=2 * LR)

    @property
    def victim(self) -> Victim:
        """Both: the attacker goes through the denoiser."""
        return Defended(Bare(self.f), Denoised(self.D.eval()))

    def move(self, data: Examples, beaten: Examples, draw: Draw) -> None:
        """A denoiser's pass costs several of the classifier's: so many fewer steps."""
        self.D.train()
        for _ in range(self.terms.passes // DEAR):
            x, z, _ = mixed(data, beaten, self.terms.batch, draw)
            with learning():
                loss = functional.l1_loss(self.f(self.D.denoise(z)).float(), self.f(x).float())
            step(self.optimizer, loss)


class Adversarial:
    """Attacked by itself at every step; what the attacker of the rounds found is nothing to it."""

    def __init__(self, setting: Setting, terms: Terms, data: Examples, draw: Draw) -> None:
        self.eps, self.terms, self.f = setting.eps / 255, terms, classifier(setting.width)
        self.optimizer = natural(self.f, data, terms, draw)
        self.reach = 0.0

    @property
    def victim(self) -> Victim:
        """The classifier."""
        return Bare(self.f)

    def move(self, data: Examples, beaten: Examples, draw: Draw) -> None:  # noqa: ARG002 - it makes its own
        """The ball grows to its size over the first round."""
        steps = self.terms.passes // (INNER + 1)
        for _ in range(steps):
            self.reach = min(1.0, self.reach + 1 / steps)
            eps, chosen = self.eps * self.reach, rows(len(data.y), self.terms.batch, draw)
            x, y = data.x[chosen], data.y[chosen]
            start = x + eps * (2 * draw.uniform(*x.shape) - 1)
            with learning():
                z = ascend(self.f, x, y, start, eps=eps, step_size=eps / 4, steps=INNER)
                loss = functional.cross_entropy(self.f(z).float(), y)
            step(self.optimizer, loss)


def mixed(data: Examples, beaten: Examples, batch: int, draw: Draw) -> tuple[Images, Images, Labels]:
    """As they were, as they come, and what they show: half clean, half of what beat; all clean where nothing did."""
    half = batch // 2 if len(beaten.y) else 0
    clean, bad = rows(len(data.y), batch - half, draw), rows(max(1, len(beaten.y)), half, draw)
    x = torch.cat([data.x[clean], beaten.x[bad]])
    return x, torch.cat([data.x[clean], beaten.z[bad]]), torch.cat([data.y[clean], beaten.y[bad]])


DEFENDERS: dict[str, type[Patched] | type[Denoising] | type[Adversarial]] = {
    "patched": Patched,
    "denoiser": Denoising,
    "adversarial": Adversarial,
}

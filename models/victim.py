"""What an attack sees of a classifier, and of whatever stands in front of it.

A pipeline may be random: so every question comes with the key of each row's random stream, and the answer to a row is
a function of its image and its key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import torch
import torch.nn.functional as functional
from torch import Tensor

from models.capabilities import Classifier
from models.streams import Keys
from models.tensors import Images, Logits, Scores


@runtime_checkable
class Victim(Protocol):
    """A classifier that may be random, differentiable in x."""

    @property
    def passes(self) -> int:
        """How many passes of networks one question takes."""

    def logits(self, x: Images, key: Keys) -> Logits:
        """Logits of images in [0, 1]; a row is answered without regard to the others."""


@dataclass(frozen=True)
class Bare:
    """A classifier with nothing in front of it."""

    classifier: Classifier
    passes: int = 1

    def logits(self, x: Images, key: Keys) -> Logits:  # noqa: ARG002 - nothing here is random
        """Those of the classifier."""
        return self.classifier.classify(x)


@dataclass(frozen=True)
class Blocks:
    """A victim that is only ever asked in blocks of `size` rows, the last one filled up with zeros.

    Sums in another order differ in their last bits, and torch picks its kernels by the batch size: this way the answer
    to a row has the same bits whoever stands beside it.
    """

    victim: Victim
    size: int = 1

    @property
    def passes(self) -> int:
        """As many as without blocks; what fills them up is nobody's question."""
        return self.victim.passes

    def logits(self, x: Images, key: Keys) -> Logits:
        """Those of the victim."""
        rows, short = len(x), -len(x) % self.size
        x = functional.pad(x, [0] * 7 + [short])
        key = functional.pad(key, [0, short])
        blocks = zip(x.split(self.size), key.split(self.size), strict=True)
        return torch.cat([self.victim.logits(*block) for block in blocks])[:rows]


def bpda(exact: Tensor, smooth: Tensor) -> Tensor:
    """The value of `exact`, the gradient of `smooth` (Athalye, Carlini, Wagner 2018, arXiv:1802.00420, section 4.1)."""
    return exact.detach() + (smooth - smooth.detach())


class Look(NamedTuple):
    """What one forward and one backward pass tell."""

    logits: Logits
    loss: Scores
    gradient: Images


def look(victim: Victim, x: Images, key: Keys, loss: Callable[[Logits], Tensor]) -> Look:
    """Logits at x, the loss of each row, and its gradient in x. No gradient reaches the weights."""
    with torch.inference_mode(False), torch.enable_grad():
        x = x.detach().clone().requires_grad_()
        logits = victim.logits(x, key)
        losses = loss(logits)
        (gradient,) = torch.autograd.grad(losses.sum(), x)
    return Look(logits.detach(), losses.detach(), gradient)


def slopes(victim: Victim, x: Images, key: Keys, pairs: Callable[[Logits], Tensor]) -> tuple[Logits, Tensor, Tensor]:
    """One forward and k backward passes: the logits, the k numbers that `pairs` makes of them, their gradients in x.

    The gradients are k b c h w.
    """
    with torch.inference_mode(False), torch.enable_grad():
        x = x.detach().clone().requires_grad_()
        logits = victim.logits(x, key)
        values = pairs(logits)
        gradients = [torch.autograd.grad(column.sum(), x, retain_graph=True)[0] for column in values.unbind(dim=1)]
    return logits.detach(), values.detach(), torch.stack(gradients)


@torch.no_grad()
def ask(victim: Victim, x: Images, key: Keys) -> Logits:
    """Logits at x, without a gradient."""
    return victim.logits(x, key)

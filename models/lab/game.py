"""A game between G and D over one mixture: who plays, with which optimisers, on which random stream."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer, RMSprop

from models.lab.mixtures import Mixture, Points
from models.lab.networks import Discriminator, Generator
from models.lab.setting import Setting

Optimise = Callable[[Iterable[nn.Parameter], float, Setting], Optimizer]


@dataclass(frozen=True)
class Game:
    """The players; their weights move, the rest does not."""

    G: Generator
    D: Discriminator
    opt_g: Optimizer
    opt_d: Optimizer
    mixture: Mixture
    setting: Setting
    generator: torch.Generator

    def real(self) -> Points:
        """A batch of data."""
        return self.mixture.sample(self.setting.batch, self.generator)

    def fake(self) -> Points:
        """A batch of G's points, which carry its gradient."""
        points: Points = self.G(torch.randn(self.setting.batch, self.setting.latent_dim, generator=self.generator))
        return points


def adam(weights: Iterable[nn.Parameter], lr: float, setting: Setting) -> Optimizer:
    """The setting's own optimiser."""
    return Adam(weights, lr=lr, betas=setting.betas, fused=True)


def rmsprop(weights: Iterable[nn.Parameter], lr: float, setting: Setting) -> Optimizer:  # noqa: ARG001 - no momentum
    """For critics that momentum unsettles (Arjovsky et al. 2017)."""
    return RMSprop(weights, lr=lr)


def descend(optimizer: Optimizer, loss: Tensor) -> Tensor:
    """One step of this optimiser's weights alone; the loss, for the log."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward(inputs=[weight for group in optimizer.param_groups for weight in group["params"]])
    optimizer.step()
    return loss.detach()

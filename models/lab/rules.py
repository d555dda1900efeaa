"""How one step of a game is played: one update of G, and those of D that go with it. One class a paper's algorithm."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import torch
from torch import Tensor

from models.lab.game import Game, descend
from models.lab.mixtures import Points
from models.lab.unrolling import unroll
from models.objectives import (
    gradient_penalty,
    non_saturating_d,
    non_saturating_g,
    wasserstein_d,
    wasserstein_g,
)
from models.tensors import Scores


def judge(D: Callable[[Tensor], Tensor], x: Points, fake: Points) -> tuple[Scores, Scores]:
    """D on data and on G's points, in one pass: D mixes no rows but those of a pack."""
    real, faked = D(torch.cat([x, fake])).chunk(2)
    return real, faked


class Losses(NamedTuple):
    """Of D's last update and of G's."""

    d: Tensor
    g: Tensor


@runtime_checkable
class Rule(Protocol):
    """One algorithm."""

    def step(self, game: Game) -> Losses:
        """Moves D's and G's weights."""


@dataclass(frozen=True)
class Alternate:
    """D, then G, each by one step on its non-saturating loss (Goodfellow et al. 2014, algorithm 1 and section 3)."""

    def step(self, game: Game) -> Losses:
        """One update each; both see the same points of G."""
        fake = game.fake()
        loss_d = descend(game.opt_d, non_saturating_d(*judge(game.D, game.real(), fake.detach())))
        return Losses(loss_d, descend(game.opt_g, non_saturating_g(game.D(fake))))


@dataclass(frozen=True)
class Unroll:
    """G descends through k steps of D that do not happen, then D takes one that does (Metz et al. 2017)."""

    k: int

    def step(self, game: Game) -> Losses:
        """All steps of D, seen and taken, are on the same batch, as in the authors' notebook."""
        x, fake = game.real(), game.fake()
        ahead = unroll(game.D, game.opt_d, lambda D: non_saturating_d(*judge(D, x, fake)), k=self.k)
        loss_g = descend(game.opt_g, non_saturating_g(ahead(fake)))
        return Losses(descend(game.opt_d, non_saturating_d(*judge(game.D, x, fake.detach()))), loss_g)


@dataclass(frozen=True)
class Clip:
    """A Wasserstein critic whose weights stay within [-c, c] (Arjovsky et al. 2017, algorithm 1)."""

    c: float = 0.01
    n_critic: int = 5

    def step(self, game: Game) -> Losses:
        """n_critic updates of D, then one of G."""
        for _ in range(self.n_critic):
            with torch.no_grad():
                fake = game.fake()
            loss_d = descend(game.opt_d, wasserstein_d(*judge(game.D, game.real(), fake)))
            with torch.no_grad():
                for weight in game.D.parameters():
                    weight.clamp_(-self.c, self.c)
        return Losses(loss_d, descend(game.opt_g, wasserstein_g(game.D(game.fake()))))


@dataclass(frozen=True)
class Penalise:
    """A Wasserstein critic of slope one (Gulrajani et al. 2017, algorithm 1; lam as in its code for toys)."""

    lam: float = 0.1
    n_critic: int = 5

    def step(self, game: Game) -> Losses:
        """n_critic updates of D, then one of G."""
        for _ in range(self.n_critic):
            with torch.no_grad():
                fake = game.fake()
            loss_d = descend(game.opt_d, self.critic_loss(game, game.real(), fake))
        return Losses(loss_d, descend(game.opt_g, wasserstein_g(game.D(game.fake()))))

    def critic_loss(self, game: Game, x: Points, fake: Points) -> Tensor:
        """Lines 4-7 of the algorithm."""
        eps = torch.rand(len(x), generator=game.generator)
        penalty = gradient_penalty(game.D, x, fake, eps, lam=self.lam)
        return wasserstein_d(*judge(game.D, x, fake)) + penalty

"""A run of the lab: a game played for so long, looked at again and again."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

from models.lab.coverage import POINTS, Coverage, cover
from models.lab.game import Game
from models.lab.methods import Method
from models.lab.mixtures import Mixture, Points
from models.lab.rules import Losses

LOOK_SEED = 2**40  # of the latents that every frame of every run shows, so that a picture moves as G does

Surface = Float[Tensor, "h w"]


@dataclass(frozen=True)
class Frame:
    """One look at a run. `seconds` are those of the steps alone; looking is free.

    `surface` is D over the square of the mixture's extent, row 0 at the bottom: logits or, of a critic, scores.
    """

    step: int
    seconds: float
    points: Points
    coverage: Coverage
    losses: Losses | None
    surface: Surface | None


@runtime_checkable
class Pace(Protocol):
    """How long a run is, and how often it is looked at."""

    def frame(self, step: int, seconds: float) -> int:
        """The number of the last frame that is due by then."""

    def over(self, step: int, seconds: float) -> bool:
        """Whether the run ends here."""


@dataclass(frozen=True)
class Steps:
    """So many steps, one frame every so many."""

    total: int
    every: int

    def frame(self, step: int, seconds: float) -> int:  # noqa: ARG002 - of two clocks this one reads the first
        """Counted in steps."""
        return step // self.every

    def over(self, step: int, seconds: float) -> bool:  # noqa: ARG002
        """After the last step."""
        return step >= self.total


@dataclass(frozen=True)
class Seconds:
    """So many seconds of the run's clock, one frame every so many."""

    total: float
    every: float

    def frame(self, step: int, seconds: float) -> int:  # noqa: ARG002
        """Counted in seconds."""
        return int(seconds / self.every)

    def over(self, step: int, seconds: float) -> bool:  # noqa: ARG002
        """When the time is up."""
        return seconds >= self.total


def run(
    method: Method,
    mixture: Mixture,
    *,
    seed: int,
    pace: Pace,
    surface: int = 0,
    clock: Callable[[], float] = time.process_time,
) -> Iterator[Frame]:
    """Plays a game; yields a frame before the first step, at each that is due, and after the last.

    `surface` is the number of points a side at which frames show D, 0 for none. A run is a function of method,
    mixture, seed and the number of steps: the clock decides only when it ends and when it is looked at.
    """
    game = method.game(mixture, seed=seed)
    z = torch.randn(POINTS, game.setting.latent_dim, generator=torch.Generator().manual_seed(LOOK_SEED))
    step, seconds, losses = 0, 0.0, None
    while True:
        yield look(game, z, step=step, seconds=seconds, losses=losses, surface=surface)
        if pace.over(step, seconds):
            return
        shown = pace.frame(step, seconds)
        while pace.frame(step, seconds) == shown and not pace.over(step, seconds):
            start = clock()
            losses = method.rule.step(game)
            seconds += clock() - start
            step += 1


@torch.no_grad()
def look(game: Game, z: Tensor, *, step: int, seconds: float, losses: Losses | None, surface: int) -> Frame:
    """A frame of the game as it stands."""
    points = game.G(z)
    shown = surface_of(game, surface) if surface else None
    return Frame(step, seconds, points, cover(points, game.mixture), losses, shown)


def surface_of(game: Game, side: int) -> Surface:
    """D at side x side points of the plane. D is looked at without being moved: evaluation mode, for spectral norms."""
    ticks = torch.linspace(-1, 1, side) * game.mixture.extent
    y, x = torch.meshgrid(ticks, ticks, indexing="ij")
    game.D.eval()
    scores = game.D.lone(torch.stack([x.flatten(), y.flatten()], dim=1))
    game.D.train()
    return scores.view(side, side)

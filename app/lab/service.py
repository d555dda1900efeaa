"""Live runs of the lab: so many at once, each a frame at a time, none longer than somebody watches."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

import numpy as np
import torch

from app.errors import LabBusy, MethodUnknown, TargetUnknown
from app.lab.schemas import (
    MAX_EVERY,
    MAX_STEPS,
    MIN_EVERY,
    MethodFacts,
    ModesAnswer,
    ModesBounds,
    ModesEnd,
    ModesFrame,
    ModesLosses,
    ModesRequest,
    ModesSurface,
    TargetFacts,
)
from models.lab.coverage import POINTS
from models.lab.methods import METHODS
from models.lab.mixtures import MIXTURES
from models.lab.run import Frame, Steps, Surface, run

SIDE = 24  # points a side at which D is sent


class Named(Protocol):
    """Something with an id."""

    @property
    def id(self) -> str:
        """Its name in requests."""


Known = TypeVar("Known", bound=Named)


@dataclass(frozen=True)
class Watched(Steps):
    """So many steps, while somebody watches: asked before every step."""

    left: threading.Event

    def over(self, step: int, seconds: float) -> bool:
        """After the last step, or when nobody watches."""
        return self.left.is_set() or super().over(step, seconds)


class Lab:
    """The runs of one server."""

    def __init__(self, runs: int) -> None:
        self.runs, self.playing = runs, 0

    def play(self, order: ModesRequest) -> "Live":
        """A run that takes one of the places until it is closed. Raises MethodUnknown, TargetUnknown, LabBusy."""
        method, mixture = named(METHODS, order.method), named(MIXTURES, order.target)
        if method is None:
            raise MethodUnknown(f"no method is named {order.method!r}; there are {ids(METHODS)}")
        if mixture is None:
            raise TargetUnknown(f"no target is named {order.target!r}; there are {ids(MIXTURES)}")
        if self.playing >= self.runs:
            raise LabBusy(f"live runs at once are limited to {self.runs}; being played: {self.playing}")
        left = threading.Event()
        pace = Watched(order.steps, order.every, left)
        frames = run(method, mixture, seed=order.seed, pace=pace, surface=SIDE, clock=time.thread_time)
        self.playing += 1
        return Live(self, frames, left, points=order.points)


class Live:
    """One run that is being played."""

    def __init__(self, lab: Lab, frames: Iterator[Frame], left: threading.Event, *, points: int) -> None:
        self.lab, self._frames, self._left, self._points = lab, frames, left, points

    async def events(self) -> AsyncIterator[ModesFrame | ModesEnd]:
        """The frames as they come, then the end. The next one is computed when the last one was taken."""
        end = ModesEnd(step=0, seconds=0.0, frames=0)
        while (frame := await asyncio.to_thread(self._next)) is not None:
            end = ModesEnd(step=frame.step, seconds=frame.seconds, frames=end.frames + 1)
            yield frame
        yield end

    def close(self) -> None:
        """Gives the place back, once; a thread that computes a frame ends at its next step."""
        self._left.set()
        self.lab.playing -= 1

    def _next(self) -> ModesFrame | None:
        """The next frame, in a worker thread that leaves the other cores to the lanes."""
        torch.set_num_threads(1)
        frame = next(self._frames, None)
        return None if frame is None else shown(frame, points=self._points)


def shown(frame: Frame, *, points: int) -> ModesFrame:
    """A frame as clients get it."""
    losses = frame.losses
    return ModesFrame(
        step=frame.step,
        seconds=round(frame.seconds, 4),
        modes=frame.coverage.modes,
        high_quality=round(frame.coverage.high_quality, 4),
        reverse_kl=round(frame.coverage.reverse_kl, 4),
        losses=None if losses is None else ModesLosses(d=short(losses.d.item()), g=short(losses.g.item())),
        points=frame.points[:points].double().numpy().round(3).tolist(),
        surface=surface_of(cast(Surface, frame.surface)),  # every frame of `play` has one
    )


def surface_of(scores: Surface) -> ModesSurface:
    """D's scores, around their mean, as shares of the farthest."""
    values = scores.double().numpy()
    mean = values.mean()
    span = np.abs(values - mean).max()
    cells = (values - mean) / (span or 1.0)
    return ModesSurface(mean=short(mean), span=short(span), rows=cells.round(3).tolist())


def short(value: float) -> float:
    """Five significant digits."""
    return float(f"{value:.5g}")


def facts(runs: int) -> ModesAnswer:
    """What there is to play, on a server that plays so many at once."""
    return ModesAnswer(
        methods=[MethodFacts(id=each.id, title=each.title, paper=each.paper) for each in METHODS],
        targets=[
            TargetFacts(
                id=each.id,
                title=each.title,
                paper=each.paper,
                modes=[(short(x), short(y)) for x, y in each.modes],
                sigma=each.sigma,
                extent=each.extent,
            )
            for each in MIXTURES
        ],
        bounds=ModesBounds(steps=MAX_STEPS, every_min=MIN_EVERY, every_max=MAX_EVERY, points=POINTS, runs=runs),
    )


def named(known: Iterable[Known], id: str) -> Known | None:
    """The one of this name."""
    return next((each for each in known if each.id == id), None)


def ids(known: Iterable[Named]) -> str:
    """Their names, for a sentence."""
    return ", ".join(each.id for each in known)

"""A panel of a figure: scales, their lines and names, and what is drawn between them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import ImageDraw

from training.lab.plot import FINE, INK, SOFT, font

GRID, FRAME = (231, 233, 238), (176, 181, 193)
MARGIN = 0.05  # of a scale, beyond its first and last value
TEXT = 13 * FINE

Colour = tuple[int, ...]


@dataclass(frozen=True)
class Scale:
    """From the least to the greatest of what it shows, in equal steps or, `log`, in equal ratios."""

    low: float
    high: float
    log: bool = False

    @classmethod
    def over(cls, values: ArrayLike, *, log: bool = False) -> "Scale":
        """One that shows all of these, which are positive where it is logarithmic."""
        least, most = float(np.min(values)), float(np.max(values))
        if log:
            room = (most / least) ** MARGIN or 1.0
            return cls(least / room, most * room, log)
        room = (most - least) * MARGIN or 1.0
        return cls(least - room, most + room)

    def share(self, values: ArrayLike) -> NDArray[np.float64]:
        """Where values lie: 0 at the low end, 1 at the high one."""
        low, high, found = (np.log(v) if self.log else np.asarray(v, float) for v in (self.low, self.high, values))
        return np.asarray((found - low) / (high - low), dtype=np.float64)

    @property
    def ticks(self) -> list[float]:
        """Round numbers within: 1, 2, 5 times powers of ten where it is logarithmic and they are three at least."""
        if self.log:
            powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)))
            found = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
            found = [value for value in found if self.low <= value <= self.high]
            if len(found) >= 3:
                return found
        step = round_step((self.high - self.low) / 6)
        return [step * i for i in range(math.ceil(self.low / step), math.floor(self.high / step) + 1)]


def round_step(least: float) -> float:
    """1, 2 or 5 times a power of ten, not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(digit * power for digit in (1, 2, 5, 10) if digit * power >= least * 0.999)


@dataclass(frozen=True)
class Panel:
    """A box (left, top, right, bottom) of final pixels on a picture that is FINE times larger."""

    pen: ImageDraw.ImageDraw
    box: tuple[int, int, int, int]
    x: Scale
    y: Scale

    def places(self, xs: ArrayLike, ys: ArrayLike) -> list[tuple[float, float]]:
        """Where points lie on the picture."""
        left, top, right, bottom = (FINE * side for side in self.box)
        across, up = left + self.x.share(xs) * (right - left), bottom - self.y.share(ys) * (bottom - top)
        return list(zip(np.atleast_1d(across).tolist(), np.atleast_1d(up).tolist(), strict=True))

    def frame(self) -> None:
        """Grid lines at the ticks of both scales, and a line below."""
        left, top, right, bottom = (FINE * side for side in self.box)
        for tick in self.x.ticks:
            ((across, _),) = self.places(tick, self.y.low)
            self.pen.line((across, top, across, bottom), GRID, FINE)
        for tick in self.y.ticks:
            ((_, up),) = self.places(self.x.low, tick)
            self.pen.line((left, up, right, up), GRID, FINE)
        self.pen.line((left, bottom, right, bottom), FRAME, FINE)

    def below(self, name: str) -> None:
        """The numbers and the name of the scale of x."""
        left, _, right, bottom = (FINE * side for side in self.box)
        for tick in self.x.ticks:
            ((across, _),) = self.places(tick, self.y.low)
            self.pen.text((across, bottom + 6 * FINE), number(tick), SOFT, font(TEXT), anchor="mt")
        self.pen.text(((left + right) / 2, bottom + 26 * FINE), name, INK, font(TEXT), anchor="mt")

    def beside(self, colour: Colour, *, right: bool = False) -> None:
        """The numbers of the scale of y, on one side."""
        for tick in self.y.ticks:
            ((across, up),) = self.places(self.x.high if right else self.x.low, tick)
            place = (across + 8 * FINE * (1 if right else -1), up)
            self.pen.text(place, number(tick), colour, font(TEXT), anchor="lm" if right else "rm")

    def line(self, xs: ArrayLike, ys: ArrayLike, colour: Colour, *, width: float) -> None:
        """Points joined in their order."""
        self.pen.line(self.places(xs, ys), colour, round(width * FINE), joint="curve")

    def dots(self, xs: ArrayLike, ys: ArrayLike, colours: Iterable[Colour], *, radius: float) -> None:
        """Points, each in its colour, with a fine edge of paper where they overlap."""
        for (across, up), colour in zip(self.places(xs, ys), colours, strict=True):
            r = radius * FINE
            self.pen.ellipse((across - r, up - r, across + r, up + r), colour, (255, 255, 255), FINE)


def number(value: float) -> str:
    """1,500 or 0.25."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.6g}"

"""A small chart: means over a logarithmic axis, every value as a dot, the standard error as a bar."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from training.lab.plot import FINE, INK, PAPER, SOFT, font

WIDTH, HEIGHT = 560, 340
LEFT, RIGHT, TOP, BOTTOM = 48, 120, 40, 48
GRID = (226, 228, 234)
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Line:
    """A name, a colour, and the values at each place."""

    name: str
    colour: Colour
    points: Mapping[int, Sequence[float]]


@dataclass(frozen=True)
class Axes:
    """From places and values to pixels."""

    first: float
    last: float
    top: float

    def x(self, place: float) -> float:
        """Logarithmic, from left to right."""
        span = math.log(self.last / self.first) or 1.0
        return FINE * (LEFT + (WIDTH - LEFT - RIGHT) * (0.04 + 0.92 * math.log(place / self.first) / span))

    def y(self, value: float) -> float:
        """Linear, 0 at the bottom."""
        return FINE * (HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self.top)


def chart(lines: Sequence[Line], *, title: str, below: str, floor: float) -> Image.Image:
    """The picture; `floor` is a dashed line."""
    places = sorted({place for line in lines for place in line.points})
    highest = max(max(values) for line in lines for values in line.points.values())
    step = tick(highest)
    axes = Axes(places[0], places[-1], step * math.ceil(highest / step))
    picture = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), PAPER)
    pen = ImageDraw.Draw(picture)
    left, right = FINE * LEFT, FINE * (WIDTH - RIGHT)
    for i in range(round(axes.top / step) + 1):
        y = axes.y(i * step)
        pen.line((left, y, right, y), GRID, FINE)
        pen.text((left - 6 * FINE, y), f"{i * step:g}", SOFT, font(12 * FINE), anchor="rm")
    for place in places:
        pen.text((axes.x(place), FINE * (HEIGHT - BOTTOM + 6)), f"{place:,}", SOFT, font(12 * FINE), anchor="ma")
    for x in range(left, right, 8 * FINE):
        pen.line((x, axes.y(floor), x + 4 * FINE, axes.y(floor)), SOFT, FINE)
    pen.text((right + 6 * FINE, axes.y(floor)), "floor", SOFT, font(12 * FINE), anchor="lm")
    for line in lines:
        draw_line(pen, axes, line)
    pen.text((FINE * 8, FINE * 8), title, INK, font(15 * FINE))
    pen.text(((left + right) / 2, FINE * (HEIGHT - 22)), below, SOFT, font(12 * FINE), anchor="ma")
    return picture.reduce(FINE)


def draw_line(pen: ImageDraw.ImageDraw, axes: Axes, line: Line) -> None:
    """The line through the means, a bar of one standard error either way, and a dot a value."""
    means = [(axes.x(place), statistics.fmean(line.points[place])) for place in sorted(line.points)]
    pen.line([(x, axes.y(mean)) for x, mean in means], line.colour, 2 * FINE)
    for (x, mean), place in zip(means, sorted(line.points), strict=True):
        values = line.points[place]
        if len(values) > 1:
            error = statistics.stdev(values) / math.sqrt(len(values))
            pen.line((x, axes.y(mean - error), x, axes.y(mean + error)), line.colour, 2 * FINE)
        for value in values:
            r = 2.5 * FINE
            pen.ellipse((x - r, axes.y(value) - r, x + r, axes.y(value) + r), outline=line.colour, width=FINE)
    x, mean = means[-1]
    pen.text(
        (FINE * (WIDTH - RIGHT + 6), axes.y(mean) - 8 * FINE), line.name, line.colour, font(13 * FINE), anchor="lm"
    )


def tick(highest: float) -> float:
    """1, 2 or 5 times a power of ten, four to eight of them up to `highest`."""
    raw = highest / 5
    power = 10.0 ** math.floor(math.log10(raw))
    return min((m * power for m in (1, 2, 5, 10)), key=lambda each: abs(each - raw))

"""The picture of critics' estimates: a row a run, over the steps and against the samples' distance to train."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from training.lab.course import AROUND, Course
from training.lab.panel import TEXT, Panel, Scale
from training.lab.plot import FINE, INK, PAPER, font

WIDTH, ROW, FOOT = 1120, 400, 14
TOP, BOTTOM = 92, 336  # of both panels, within a row
COURSE, SCATTER = (64, 672), (812, 1096)  # left and right of a panel
BLUE, FAINT = (24, 98, 168), (171, 203, 232)
TENFOLD = 10
ROSE = (190, 24, 74)
FIRST, LAST = np.array((250, 205, 120)), np.array((106, 14, 74))  # colours of the first and the last sheet


def draw(courses: Sequence[Course]) -> Image.Image:
    """A row a run: estimate and distance over the steps, and one against the other."""
    picture = Image.new("RGB", (WIDTH * FINE, (ROW * len(courses) + FOOT) * FINE), PAPER)
    pen = ImageDraw.Draw(picture)
    for row, course in enumerate(courses):
        top = row * ROW
        pen.text((24 * FINE, (top + 20) * FINE), course.run, INK, font(20 * FINE))
        draw_course(pen, course, top)
        draw_scatter(pen, course, top)
    return picture.reduce(FINE)


def draw_course(pen: ImageDraw.ImageDraw, course: Course, top: int) -> None:
    """Both over the steps, each on its own scale."""
    left, right = COURSE
    box = (left, top + TOP, right, top + BOTTOM)
    steps = Scale.over((course.lines.min(), course.lines.max()))
    scale, kind = scale_of_estimates(course)
    estimates = Panel(pen, box, steps, scale)
    distances = Panel(pen, box, steps, Scale.over(course.distance, log=True))
    estimates.frame()
    estimates.below("updates of G")
    estimates.beside(BLUE)
    distances.beside(ROSE, right=True)
    estimates.line(course.lines, course.raw.clip(scale.low, scale.high), FAINT, width=1)
    estimates.line(course.lines, course.smooth, BLUE, width=2.5)
    distances.line(course.sheets, course.distance, ROSE, width=1.5)
    distances.dots(course.sheets, course.distance, [ROSE] * len(course.sheets), radius=4)
    legend = (top + 68) * FINE
    text = f"critic's estimate, mean of {2 * AROUND + 1} lines of the log (pale: each){kind}"
    pen.text(((left - 40) * FINE, legend), text, BLUE, font(TEXT), anchor="lm")
    pen.text(((right + 40) * FINE, legend), f"{course.metric}, log scale", ROSE, font(TEXT), anchor="rm")


def draw_scatter(pen: ImageDraw.ImageDraw, course: Course, top: int) -> None:
    """Estimate against distance, a dot a sheet."""
    left, right = SCATTER
    box = (left, top + TOP, right, top + BOTTOM)
    scale, kind = scale_of_estimates(course)
    panel = Panel(pen, box, Scale.over(course.distance, log=True), Scale.over(course.estimate, log=scale.log))
    panel.frame()
    panel.below(f"{course.metric}, log scale")
    panel.beside(BLUE)
    panel.line(course.distance, course.estimate, (220, 222, 228), width=1)
    panel.dots(course.distance, course.estimate, shades(len(course.sheets)), radius=5)
    place = ((left - 40) * FINE, (top + 68) * FINE)
    pen.text(place, f"critic's estimate at each sheet, pale to dark{kind}", BLUE, font(TEXT), anchor="lm")
    rho = f"Spearman's rho {course.correlation:.2f}, {len(course.sheets)} sheets"
    pen.text((place[0], (top + 20) * FINE), rho, INK, font(20 * FINE))


def scale_of_estimates(course: Course) -> tuple[Scale, str]:
    """Logarithmic where they are positive and fall tenfold, which hides the rest of them otherwise; and how it is told.

    The first lines of a log, at which a critic knows nothing, may then lie below.
    """
    least, most = course.smooth.min(), course.smooth.max()
    if least > 0 and most > TENFOLD * least:
        return Scale.over([least, course.raw.max()], log=True), ", log scale"
    return Scale.over(course.raw), ""


def shades(n: int) -> list[tuple[int, ...]]:
    """n colours from pale to dark."""
    mixed: NDArray[np.float64] = FIRST + (LAST - FIRST) * np.linspace(0, 1, n)[:, None]
    return [tuple(each) for each in mixed.round().astype(int).tolist()]

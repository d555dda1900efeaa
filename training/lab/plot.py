"""One frame as a picture: G's points over the true modes, D's opinion as the ground they lie on."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from models.lab.mixtures import Mixture

FINE = 2  # drawn so many times larger and brought down: smooth circles
INK, SOFT, PAPER = (38, 42, 56), (110, 116, 134), (255, 255, 255)
POINT = (190, 24, 74, 150)
RING = (38, 42, 56, 170)
COLD, NEUTRAL, WARM = (np.array(colour) for colour in ((150, 186, 222), (246, 246, 244), (250, 208, 132)))


def ground(surface: NDArray[np.float32]) -> Image.Image:
    """D from cold (made) over neutral (its mean over the plane) to warm (real), in each frame as far as it goes."""
    centred = surface.astype(np.float64) - surface.mean()
    share = (centred / max(np.abs(centred).max(), 1e-12))[..., None]
    colours = np.where(share < 0, NEUTRAL + (COLD - NEUTRAL) * -share, NEUTRAL + (WARM - NEUTRAL) * share)
    return Image.fromarray(colours[::-1].round().astype(np.uint8))


def plot(points: NDArray[np.float32], surface: NDArray[np.float32], mixture: Mixture, *, side: int) -> Image.Image:
    """A square of `side` pixels, y upwards."""
    large = side * FINE
    picture = ground(surface).resize((large, large), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(picture, "RGBA")

    def circle(x: float, y: float, radius: float, **options: object) -> None:
        column, line = large * (x / mixture.extent + 1) / 2, large * (1 - y / mixture.extent) / 2
        pen.ellipse((column - radius, line - radius, column + radius, line + radius), **options)  # type: ignore[arg-type]

    for x, y in mixture.modes:
        circle(x, y, side * FINE / 50, outline=RING, width=FINE)
    for x, y in points.tolist():
        circle(x, y, side * FINE / 200, fill=POINT)
    return picture.reduce(FINE)


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own, so that pictures are the same on every machine."""
    return ImageFont.load_default(size)

"""A run as an animated WebP: every frame with its caption, the last one held."""

from pathlib import Path

from PIL import Image, ImageDraw

from models.lab.methods import Method
from models.lab.mixtures import Mixture
from training.lab.plot import INK, PAPER, SOFT, font, plot
from training.lab.reel import Reel

SIDE, CAPTION = 280, 42
FRAME_MS, HELD_MS = 150, 2400


def write_film(path: Path, reel: Reel, method: Method, mixture: Mixture) -> None:
    """Writes the animation, whole or not at all."""
    pictures = [scene(reel, i, method, mixture) for i in range(len(reel))]
    part = path.with_suffix(".part")
    pictures[0].save(
        part,
        format="WEBP",
        save_all=True,
        append_images=pictures[1:],
        duration=[FRAME_MS] * (len(pictures) - 1) + [HELD_MS],
        loop=0,
        quality=50,
        method=4,
    )
    part.replace(path)


def scene(reel: Reel, i: int, method: Method, mixture: Mixture) -> Image.Image:
    """Frame i over its caption."""
    picture = Image.new("RGB", (SIDE, SIDE + CAPTION), PAPER)
    picture.paste(plot(reel.points[i], reel.surface[i], mixture, side=SIDE), (0, 0))
    pen = ImageDraw.Draw(picture)
    pen.text((8, SIDE + 5), method.title, INK, font(14))
    modes = f"{reel.modes[i]} of {len(mixture.modes)} modes"
    pen.text((8, SIDE + 23), f"step {reel.step[i]:,}", SOFT, font(13))
    pen.text((SIDE - 8, SIDE + 23), modes, SOFT, font(13), anchor="ra")
    return picture

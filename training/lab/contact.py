"""The figure of mode collapse as one sheet: a row a method, a column a moment (as Metz et al. 2017, figure 2)."""

from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageDraw

from models.lab.methods import Method
from models.lab.mixtures import Mixture
from training.lab.plot import INK, PAPER, SOFT, font, plot
from training.lab.reel import Reel

SIDE, GAP, LABEL, MARGIN, HEAD = 140, 8, 17, 128, 58
MOMENTS = (0.0, 0.05, 0.25, 0.5, 0.75, 1.0)  # of the time of a run
COLOURS = 256


def write_sheet(path: Path, reels: Mapping[Method, Reel], mixture: Mixture, *, seconds: float, seed: int) -> None:
    """Writes the sheet as a PNG, whole or not at all."""
    width = MARGIN + len(MOMENTS) * (SIDE + GAP)
    sheet = Image.new("RGB", (width, HEAD + len(reels) * (SIDE + LABEL + GAP)), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text(
        (GAP, GAP), f"{mixture.title}: points of G over D, and how many modes they cover (seed {seed})", INK, font(17)
    )
    for column, moment in enumerate(MOMENTS):
        pen.text((MARGIN + column * (SIDE + GAP), 36), f"{moment * seconds:.3g} s of CPU", SOFT, font(13))
    for line, (method, reel) in enumerate(reels.items()):
        top = HEAD + line * (SIDE + LABEL + GAP)
        pen.multiline_text((GAP, top + 4), method.title.replace(", ", ",\n"), INK, font(13))
        for column, moment in enumerate(MOMENTS):
            i, left = reel.at(moment * seconds), MARGIN + column * (SIDE + GAP)
            sheet.paste(plot(reel.points[i], reel.surface[i], mixture, side=SIDE), (left, top))
            pen.text((left, top + SIDE + 2), f"step {reel.step[i]:,}", SOFT, font(12))
            pen.text(
                (left + SIDE, top + SIDE + 2), f"{reel.modes[i]} of {len(mixture.modes)}", SOFT, font(12), anchor="ra"
            )
    part = path.with_suffix(".part")
    sheet.quantize(COLOURS).save(part, format="PNG", optimize=True)
    part.replace(path)

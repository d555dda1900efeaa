"""The ablation's pictures: a sheet of samples, and the distance against the number of digits with every seed."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from training.lab.ablation import Plan
from training.lab.chart import Line, chart
from training.lab.plot import INK, PAPER, SOFT, font
from training.lab.trials import Trials

GAP, MARGIN, SIDE = 4, 120, 28
COLOURS = {"none": (196, 62, 58), "translation": (32, 104, 170), "all": (64, 138, 74)}


def draw(plan: Plan, trials: Trials) -> Iterator[Path]:
    """Writes both; yields their paths."""
    for name, picture in (("samples", sheet(plan, trials)), ("distance", distances(plan, trials))):
        path = plan.folder / f"diffaugment-{name}.png"
        part = path.with_suffix(".part")
        picture.quantize(256).save(part, format="PNG", optimize=True)
        part.replace(path)
        yield path


def sheet(plan: Plan, trials: Trials) -> Image.Image:
    """A row a part of the data and policy: the first samples of the first seed."""
    cells = [(percent, policy) for percent in plan.fractions for policy in plan.policies]
    rows = [np.load(plan.samples(policy, percent, plan.seeds[0])) for percent, policy in cells]
    pitch = SIDE + GAP
    picture = Image.new("RGB", (MARGIN + len(rows[0]) * pitch, GAP + len(rows) * pitch), PAPER)
    pen = ImageDraw.Draw(picture)
    for i, ((percent, policy), images) in enumerate(zip(cells, rows, strict=True)):
        top = GAP + i * pitch
        pen.text((GAP, top), f"{percent} %, {policy}", INK, font(13))
        distance = trials.rows[policy, percent, plan.seeds[0]].frechet
        pen.text((GAP, top + 15), f"distance {distance:.2f}", SOFT, font(11))
        for j, image in enumerate(images):
            picture.paste(Image.fromarray(image[0]), (MARGIN + j * pitch, top))
    return picture


def distances(plan: Plan, trials: Trials) -> Image.Image:
    """A line a policy through its means."""

    def points(policy: str) -> dict[int, list[float]]:
        found: dict[int, list[float]] = {}
        for percent in plan.fractions:
            rows = [trials.rows[policy, percent, seed] for seed in plan.seeds]
            found[rows[0].images] = [row.frechet for row in rows]
        return found

    lines = [Line(policy, COLOURS[policy], points(policy)) for policy in plan.policies]
    title = f"Distance of samples to test digits, {trials.facts['plan']['steps']:,} steps"
    return chart(lines, title=title, below="training digits", floor=trials.facts["floor"])

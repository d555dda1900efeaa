"""Contact sheets: what a set holds, on one PNG that a person can judge.

A cell is one item: its image, then its pair and its coloured mask where it has them; below it, its label and the
attributes that are not none, or else its key. The second domain of an unpaired set follows under its own heading.
"""

from collections.abc import Sequence
from itertools import pairwise
from textwrap import wrap
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from training.data.dataset import Bytes, Dataset

_LINE = 12  # height of a line of text
_GAP = 6
_LEAST, _LEAST_CAPTIONED = 64, 128  # px: smaller images are enlarged by whole factors; attributes need room below
_WIDTH = 1_200
_INK = (40, 40, 40)
_COLOURS = np.array(  # of mask classes, repeated where a set has more
    [[235, 235, 235], [66, 133, 244], [244, 180, 66], [139, 69, 19], [20, 20, 20], [52, 168, 83], [171, 71, 188]],
    np.uint8,
)


class _Cell(NamedTuple):
    panels: list[Bytes]  # h w 3 each
    caption: list[str]


def contact_sheet(data: Dataset, n: int) -> Image.Image:
    """RGB: `n` items spread over the whole split."""
    least = _LEAST_CAPTIONED if data.attributes else _LEAST
    cells = [_Cell(_panels(data, row), _caption(data, row)) for row in _spread(len(data), n)]
    sections = [_section(_heading(data), cells, least)]
    if data.other is not None:
        others = [_Cell([_rgb(data.other[row])], [data.other_keys[row]]) for row in _spread(len(data.other), n)]
        sections.append(_section(f"the other domain: {len(data.other):,} images", others, least))
    return _stack(sections)


def _spread(rows: int, n: int) -> list[int]:
    return [int(row) for row in np.linspace(0, rows - 1, min(n, rows)).round()]


def _heading(data: Dataset) -> str:
    parts = [f"{data.name} · {data.split} · {len(data):,} images of {data.size} px"]
    views = ["image", *(name for name in ("pair", "mask") if getattr(data, f"{name}s") is not None)]
    if len(views) > 1:
        parts.append(" | ".join(views))
    if data.mask_names:
        parts.append(f"mask: {', '.join(data.mask_names)}")
    return " · ".join([*parts, data.source.licence])


def _panels(data: Dataset, row: int) -> list[Bytes]:
    panels = [_rgb(data.images[row])]
    if data.pairs is not None:
        panels.append(_rgb(data.pairs[row]))
    if data.masks is not None:
        panels.append(_COLOURS[data.masks[row] % len(_COLOURS)])
    return panels


def _rgb(image: Bytes) -> Bytes:
    return np.ascontiguousarray(np.broadcast_to(image, (3, *image.shape[1:])).transpose(1, 2, 0))


def _caption(data: Dataset, row: int) -> list[str]:
    lines = [] if data.labels is None else [data.label_names[data.labels[row]]]
    values = {name: data.attribute_names[name][codes[row]] for name, codes in data.attributes.items()}
    lines += [f"{name}: {value}" for name, value in values.items() if value != "none"]
    return lines or [data.keys[row]]


def _section(title: str, cells: Sequence[_Cell], least: int) -> Image.Image:
    side = cells[0].panels[0].shape[0]
    scale = max(1, -(-least // side))
    width = len(cells[0].panels) * side * scale
    columns = max(1, _WIDTH // (width + _GAP))
    height = side * scale + _LINE * max(len(cell.caption) for cell in cells) + _GAP
    heading = wrap(title, max(20, columns * (width + _GAP) // 6))
    top = _LINE * len(heading) + _GAP
    sheet = Image.new("RGB", (columns * (width + _GAP), top + -(-len(cells) // columns) * height), "white")
    draw = ImageDraw.Draw(sheet)
    _write(draw, (2, 1), heading, sheet.width)
    for i, cell in enumerate(cells):
        x, y = i % columns * (width + _GAP), top + i // columns * height
        for j, panel in enumerate(cell.panels):
            picture = Image.fromarray(panel).resize((side * scale, side * scale), Image.Resampling.NEAREST)
            sheet.paste(picture, (x + j * side * scale, y))
        _write(draw, (x + 1, y + side * scale), cell.caption, width)
    return sheet


def _write(draw: ImageDraw.ImageDraw, corner: tuple[int, int], lines: list[str], width: int) -> None:
    font = ImageFont.load_default(10)
    for i, line in enumerate(lines):
        while font.getlength(line) > width:
            line = f"{line[:-2]}…"
        draw.text((corner[0], corner[1] + i * _LINE), line, fill=_INK, font=font)


def _stack(sections: list[Image.Image]) -> Image.Image:
    tops = [0]
    for one in sections:
        tops.append(tops[-1] + one.height + _GAP)
    whole = Image.new("RGB", (max(one.width for one in sections), tops[-1]), "white")
    for one, (top, _) in zip(sections, pairwise(tops), strict=True):
        whole.paste(one, (0, top))
    return whole

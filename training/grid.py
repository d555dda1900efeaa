"""Sheets of images as PNG files: what a person looks at before believing a number."""

import math
from pathlib import Path

import torch
from PIL import Image

from models.tensors import Images


def sheet(x: Images, *, columns: int | None = None, gap: int = 2, scale: int = 1) -> Image.Image:
    """Images in [0, 1] side by side on white, row by row; `scale` repeats pixels."""
    pixels = (x.detach().float().cpu().clamp(0, 1) * 255).round().to(torch.uint8)
    n, c, h, w = pixels.shape
    columns = columns or math.ceil(math.sqrt(n))
    rows = math.ceil(n / columns)
    canvas = torch.full((c, rows * (h + gap) + gap, columns * (w + gap) + gap), 255, dtype=torch.uint8)
    for i, image in enumerate(pixels):
        top, left = gap + (i // columns) * (h + gap), gap + (i % columns) * (w + gap)
        canvas[:, top : top + h, left : left + w] = image
    array = canvas[0].numpy() if c == 1 else canvas.permute(1, 2, 0).numpy()
    picture = Image.fromarray(array)
    return picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.NEAREST)


def write_sheet(path: Path, x: Images, *, columns: int | None = None, scale: int = 1) -> None:
    """Writes the sheet, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    sheet(x, columns=columns, scale=scale).save(part, format="PNG", optimize=True)
    part.replace(path)

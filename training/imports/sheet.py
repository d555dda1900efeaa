"""A sheet of photographs, and what a classifier says of each: its three likeliest names.

The photographs are those that scikit-image bundles, all free of rights: chelsea (Stefan van der Walt), coffee (Rachel
Michetti) and camera (Lav Varshney) are CC0; rocket (SpaceX), astronaut (NASA) and clock (Stefan van der Walt) are in
the public domain.
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from models.capabilities import Classifier
from training.data.errors import MissingPackage
from training.data.images import squared, stacked

PHOTOGRAPHS = ("chelsea", "coffee", "camera", "rocket", "astronaut", "clock")
COLUMNS, SIDE, LINE, TEXT, TOP = 3, 208, 15, 12, 3


def photographs() -> list[Image.Image]:
    """In the order of PHOTOGRAPHS, in RGB."""
    try:
        from skimage import data
    except ImportError as error:
        raise MissingPackage("the sheet needs the package scikit-image: pip install 'zerosum[train]'") from error
    return [Image.fromarray(np.asarray(getattr(data, name)())).convert("RGB") for name in PHOTOGRAPHS]


def write_answers(path: Path, network: Classifier, names: tuple[str, ...], *, size: int) -> None:
    """Draws the sheet; the network sees each photograph as `size` px of its centre."""
    pictures = [squared(picture, size) for picture in photographs()]
    with torch.inference_mode():
        told = network.classify(torch.from_numpy(stacked(pictures)) / 255).softmax(dim=1)
    height, rows = SIDE + TOP * LINE + 10, -(-len(pictures) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (SIDE + 8) + 8, rows * height + 8), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(TEXT)
    for i, (picture, probabilities) in enumerate(zip(pictures, told, strict=True)):
        left, top = 8 + i % COLUMNS * (SIDE + 8), 8 + i // COLUMNS * height
        sheet.paste(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS), (left, top))
        best = probabilities.topk(TOP)
        for row, (p, index) in enumerate(zip(best.values.tolist(), best.indices.tolist(), strict=True)):
            draw.text((left, top + SIDE + 2 + row * LINE), f"{p:.1%}  {names[index]}", fill="black", font=font)
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, "PNG", optimize=True)

"""SVG to pixels, by resvg: deterministic, and without the fonts of the machine it runs on."""

import io

import numpy as np
from PIL import Image

from training.data.dataset import Bytes
from training.data.errors import MissingPackage


def rendered(svg: str, size: int, *, style: str = "") -> Bytes:
    """uint8, 4 h w: red, green, blue (not premultiplied) and alpha of a square drawing; `style` is CSS laid over it."""
    try:
        import resvg_py
    except ImportError as error:
        raise MissingPackage("drawing this set needs the package resvg-py: pip install 'zerosum[train]'") from error
    png = resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, style_sheet=style, skip_system_fonts=True)
    with Image.open(io.BytesIO(png)) as image:
        return np.ascontiguousarray(np.asarray(image.convert("RGBA")).transpose(2, 0, 1))


def on_white(rgba: Bytes) -> Bytes:
    """uint8, 3 h w: the drawing on white paper."""
    alpha = rgba[3].astype(np.uint16)
    mixed = rgba[:3].astype(np.uint16) * alpha + 255 * (255 - alpha)
    paper: Bytes = ((mixed + 127) // 255).astype(np.uint8)
    return paper

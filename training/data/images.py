"""Image files to arrays. The only PIL of this package but for the contact sheet."""

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from training.data.dataset import Bytes
from training.data.errors import BadLayout

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
MAX_PIXELS = 1 << 26  # 67 megapixels: a small file can hold far more than memory does


@dataclass(frozen=True)
class Picture:
    """One picture (L or RGB) and what it is in its source."""

    key: str
    image: Image.Image


def decoded(content: bytes, what: str) -> Image.Image:
    """The picture upright, as L or RGB; transparency becomes white. `what` names it in an error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the bound below is ours, and lower
            image = Image.open(io.BytesIO(content))
        if image.width * image.height > MAX_PIXELS:
            raise BadLayout(f"{what} has {image.width}x{image.height} pixels, more than {MAX_PIXELS:,}")
        return _plain(ImageOps.exif_transpose(image))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadLayout(f"{what} is no readable image ({error})") from error


def _plain(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits: PIL's own conversion clips at 255
        return Image.fromarray((np.asarray(image, np.int64) >> 8).clip(0, 255).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    return image.convert("L" if image.mode in ("L", "1") else "RGB")


def squared(image: Image.Image, size: int) -> Image.Image:
    """The centre square, bicubic to `size`: what the server makes of a photograph for a classifier.

    Untouched where it has that size already.
    """
    if image.size == (size, size):
        return image
    return ImageOps.fit(image, (size, size), Image.Resampling.BICUBIC)


def stacked(images: Sequence[Image.Image]) -> Bytes:
    """n c h w: grey if all of them are, else RGB."""
    grey = all(image.mode == "L" for image in images)
    rows = [np.asarray(image if grey else image.convert("RGB")) for image in images]
    array = np.stack(rows)
    return np.ascontiguousarray(array[:, None] if grey else array.transpose(0, 3, 1, 2))


def read_image(path: Path) -> Image.Image:
    """`decoded` of a file."""
    try:
        return decoded(path.read_bytes(), str(path))
    except OSError as error:
        raise BadLayout(f"cannot read {path}: {error.strerror}") from error

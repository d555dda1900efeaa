"""The bytes of one uploaded image to a tensor. What it would take a guess to convert is refused instead.

Bounded before anything is decoded: a few kilobytes of PNG can hold a hundred megapixels.
"""

import io
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

from app.errors import ImageSizeWrong, ImageTooLarge, ImageUnreadable
from models.card import ImageSpec
from models.tensors import Images

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
SIXTEEN_BITS = "I;16"
LYING = (5, 6, 7, 8)  # orientations whose height and width change places
Image.MAX_IMAGE_PIXELS = None  # Pillow warns at a bound of its own; ours comes first, and refuses


Fit = Callable[[Image.Image, ImageSpec], Image.Image]
Decoded = TypeVar("Decoded")


def read(data: bytes, spec: ImageSpec, *, max_pixels: int, fit: Fit) -> Images:
    """1 c h w in [0, 1], of the size and the channels of `spec`. Colours become grey by ITU-R 601, grey becomes RGB.

    Raises ImageUnreadable, ImageTooLarge, and what `fit` raises for an image of another size.
    """
    image = attempt(lambda: opened(data, max_pixels))
    if image.size != (spec.width, spec.height):
        image = fit(image, spec)
    levels = np.array(image.convert("L" if spec.channels == 1 else "RGB"), np.float32)
    return torch.from_numpy(levels / 255).reshape(1, spec.height, spec.width, spec.channels).permute(0, 3, 1, 2)


def size_of(data: bytes, *, max_pixels: int) -> tuple[int, int]:
    """Height and width, upright, by the header alone. Raises ImageUnreadable and ImageTooLarge."""
    return attempt(lambda: upright(data, max_pixels))


def whole(data: bytes, *, size: tuple[int, int], channels: int, max_pixels: int) -> Images:
    """1 c h w in [0, 1], all of the image at this height and width, bicubic where they are not its own.

    Raises ImageUnreadable and ImageTooLarge.
    """
    height, width = size
    spec = ImageSpec(height=height, width=width, channels=1 if channels == 1 else 3)
    return read(data, spec, max_pixels=max_pixels, fit=stretched)


def exact(image: Image.Image, spec: ImageSpec) -> Image.Image:
    """None: raises ImageSizeWrong, naming both sizes."""
    wanted, got = f"{spec.width}x{spec.height}", f"{image.width}x{image.height}"
    raise ImageSizeWrong(f"the model takes {wanted}, the image is {got}; resize=true makes it fit")


def stretched(image: Image.Image, spec: ImageSpec) -> Image.Image:
    """All of the image, bicubic, whatever becomes of its proportions."""
    return image.resize((spec.width, spec.height), Image.Resampling.BICUBIC)


def centred(image: Image.Image, spec: ImageSpec) -> Image.Image:
    """The largest part around the centre that has the proportions of the model's images, bicubic."""
    return ImageOps.fit(image, (spec.width, spec.height), Image.Resampling.BICUBIC)


def attempt(decode: Callable[[], Decoded]) -> Decoded:
    """What was decoded. Raises ImageUnreadable for whatever a broken file makes of Pillow's readers."""
    try:
        return decode()
    except (ImageUnreadable, ImageTooLarge):
        raise
    except Exception as error:
        raise ImageUnreadable(f"the image is no {', '.join(FORMATS)} that can be read") from error


def opened(data: bytes, max_pixels: int) -> Image.Image:
    """The decoded image, upright, in grey or RGB."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as file:
        bounded(file, max_pixels)
        return plain(ImageOps.exif_transpose(file))


def upright(data: bytes, max_pixels: int) -> tuple[int, int]:
    """Height and width of what `opened` would give."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as file:
        bounded(file, max_pixels)
        turned = file.getexif().get(ExifTags.Base.Orientation) in LYING
        return (file.width, file.height) if turned else (file.height, file.width)


def bounded(file: Image.Image, max_pixels: int) -> None:
    """Raises ImageTooLarge, and ImageUnreadable for an animation."""
    if file.width * file.height > max_pixels:
        raise ImageTooLarge(f"an image may have {max_pixels} pixels, this one has {file.width}x{file.height}")
    if getattr(file, "is_animated", False):
        raise ImageUnreadable("the image is animated; send one of its frames")


def plain(image: Image.Image) -> Image.Image:
    """The same picture in eight bits of grey or RGB. Raises ImageUnreadable when something shines through it."""
    if shows_through(image):
        raise ImageUnreadable("the image is transparent in places; put it on the background that you mean")
    if image.mode.startswith(SIXTEEN_BITS):
        return Image.fromarray(eight_bits(np.asarray(image)))
    return image.convert("L" if image.mode in ("1", "L", "LA") else "RGB")


def shows_through(image: Image.Image) -> bool:
    """Whether a pixel is less than opaque."""
    if not image.has_transparency_data:
        return False
    if image.mode.startswith(SIXTEEN_BITS):  # Pillow gives these no alpha: one level of them is transparent
        return bool((np.asarray(image) == image.info["transparency"]).any())
    return int(np.asarray(image.convert("RGBA"))[..., 3].min()) < 255


def eight_bits(levels: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """0..65535 -> 0..255, rounded to nearest."""
    return ((levels.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)


def scaled_down(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """h w c -> height width c by Pillow's bicubic filter, which widens with the factor."""
    height, width = size
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    small = np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))
    return small.reshape(height, width, pixels.shape[2])

"""Animated GIF, which Pillow writes: grey loses nothing, colours are reduced to 256 a frame."""

import io

from PIL import Image

from app.codec.pixels import Pixels

FRAME_MILLISECONDS = 80


def gif(pixels: Pixels) -> bytes:
    """The images one after the other, over and over. Equal neighbours become one that lasts longer."""
    first, *rest = (Image.fromarray(image.squeeze(2) if image.shape[2] == 1 else image) for image in pixels)
    buffer = io.BytesIO()
    first.save(buffer, "GIF", save_all=True, append_images=rest, duration=FRAME_MILLISECONDS, loop=0)
    return buffer.getvalue()

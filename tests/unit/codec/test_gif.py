import io
from typing import Any

import numpy as np
from PIL import Image

from app import codec


def test_grey_frames_come_back_as_they_were() -> None:
    frames = np.random.default_rng(0).integers(0, 256, (3, 7, 9, 1), np.uint8)
    image: Any
    with Image.open(io.BytesIO(codec.gif(frames))) as image:
        assert (image.n_frames, image.info["loop"], image.info["duration"]) == (3, 0, 80)
        for i, frame in enumerate(frames):
            image.seek(i)
            assert np.array_equal(np.asarray(image.convert("L")), frame[..., 0])


def test_colours_come_back_nearly() -> None:
    frames = np.zeros((2, 8, 8, 3), np.uint8)
    frames[0, ..., 0], frames[1, ..., 2] = 200, 100
    with Image.open(io.BytesIO(codec.gif(frames))) as image:
        assert image.convert("RGB").getpixel((3, 3)) == (200, 0, 0)


def test_equal_animations_are_equal_bytes() -> None:
    frames = np.random.default_rng(0).integers(0, 256, (3, 7, 9, 3), np.uint8)
    assert codec.gif(frames) == codec.gif(frames)

"""Images of any size: every pixel is seen, and comes back where it was."""

import io
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.answering.canvas import on_one_canvas
from app.answering.framing import Fit, Framed, framed, ramp, scene, starts, stitched
from app.errors import ImageSizeWrong, ImageUnreadable
from models.card import ImageSpec

SPEC = ImageSpec(height=16, width=16, channels=3)


def noise(width: int, height: int, seed: int = 0) -> bytes:
    """A PNG."""
    buffer = io.BytesIO()
    levels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    Image.fromarray(levels).save(buffer, "PNG")
    return buffer.getvalue()


def seen(*files: bytes, fit: Fit) -> Framed:
    return framed(files, SPEC, fit, max_pixels=10_000)


@given(length=st.integers(1, 300), side=st.sampled_from([8, 16, 64]))
def test_frames_cover_a_line_and_overlap(length: int, side: int) -> None:
    found = starts(length, side)
    assert found[0] == 0
    assert found[-1] == max(0, length - side)
    assert all(0 < b - a <= side - side // 4 for a, b in pairwise(found))


@settings(max_examples=30, deadline=None)
@given(width=st.integers(1, 60), height=st.integers(1, 60), fit=st.sampled_from([Fit.tile, Fit.pad, Fit.resize]))
def test_what_a_network_leaves_alone_comes_back_as_it_was_seen(width: int, height: int, fit: Fit) -> None:
    pictures = seen(noise(width, height), fit=fit)
    frames = pictures.frames(range(len(pictures.rows)))
    assert frames.shape[1:] == (3, 16, 16)
    (back,) = pictures.together([frames.numpy()])
    whole = pictures.picture(0)[0].numpy()
    assert back.shape == whole.shape
    assert np.allclose(back, whole, atol=1e-6)
    if fit is Fit.tile:
        assert back.shape == (3, height, width)
    else:
        assert max(back.shape[1:]) == 16


def test_padding_keeps_proportions_and_stretching_does_not() -> None:
    assert scene((10, 40), SPEC, Fit.pad).size == (4, 16)
    assert scene((40, 10), SPEC, Fit.pad).size == (16, 4)
    assert scene((1, 400), SPEC, Fit.pad).size == (1, 16)
    assert scene((10, 40), SPEC, Fit.resize).size == (16, 16)
    assert scene((16, 16), SPEC, Fit.exact).frames == ((0, 0),)


def test_another_size_is_refused_unless_something_is_to_become_of_it() -> None:
    with pytest.raises(ImageSizeWrong, match="the model takes 16x16, the image is 20x10; fit makes it fit: resize"):
        seen(noise(20, 10), fit=Fit.exact)
    with pytest.raises(ImageSizeWrong, match=r"^image 1: the model takes 16x16, the image is 20x10"):
        seen(noise(16, 16), noise(20, 10), fit=Fit.exact)
    with pytest.raises(ImageUnreadable, match=r"^image 0: "):
        seen(b"no image", noise(16, 16), fit=Fit.tile)


def test_frames_of_several_images_come_in_order_and_in_any_parts() -> None:
    pictures = seen(noise(40, 20, 1), noise(16, 16, 2), noise(8, 33, 3), fit=Fit.tile)
    whole = pictures.frames(range(len(pictures.rows)))
    parts = torch.cat([pictures.frames(range(i, i + 1)) for i in range(len(pictures.rows))])
    assert torch.equal(whole, parts)
    back = pictures.together([part.numpy() for part in whole.split(2)])
    assert [image.shape for image in back] == [(3, 20, 40), (3, 16, 16), (3, 33, 8)]


def test_where_frames_meet_they_fade_into_each_other() -> None:
    line = scene((16, 28), SPEC, Fit.tile)
    assert line.frames == ((0, 0), (0, 12))
    rows = np.stack([np.zeros((1, 16, 16), np.float32), np.ones((1, 16, 16), np.float32)])
    across = stitched(rows, line)[0, 0]
    assert across[:12].tolist() == [0] * 12
    assert across[16:].tolist() == [1] * 12
    assert (np.diff(across[11:17]) > 0).all()


def test_no_weight_of_a_frame_is_zero() -> None:
    for side in (1, 2, 3, 8, 64):
        assert 0 < ramp(side).min() <= ramp(side).max() == 1 or side < 3


def test_images_of_different_sizes_share_a_canvas() -> None:
    images = [np.full((2, 3, 1), 5, np.uint8), np.full((4, 1, 1), 7, np.uint8)]
    sheet = on_one_canvas(images)
    assert sheet.shape == (4, 8, 1)
    assert sheet[:2, :3].min() == 5
    assert sheet[:, 5].min() == 7
    assert sheet[2:, :3].max() == 0
    assert on_one_canvas(images[:1]).shape == (2, 3, 1)

import base64
import io
import zipfile

import numpy as np
import orjson
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from app import codec

FACTS = {"model": "m", "seed": 7}


def numbered(n: int, *, channels: int = 1) -> codec.Pixels:
    """Image i has the value i + 1 everywhere."""
    return np.broadcast_to(np.arange(1, n + 1, dtype=np.uint8)[:, None, None, None], (n, 3, 5, channels))


def test_floats_are_rounded_to_the_nearest_level() -> None:
    x = torch.tensor([0.0, 0.4 / 255, 0.6 / 255, 127.4 / 255, 1.0]).view(1, 1, 1, 5)
    assert codec.to_uint8(x).flatten().tolist() == [0, 0, 1, 127, 255]


def test_floats_outside_of_the_range_are_clipped() -> None:
    x = torch.tensor([-0.5, 1.5, 300.0]).view(1, 1, 1, 3)
    assert codec.to_uint8(x).flatten().tolist() == [0, 255, 255]


def test_every_level_survives_the_way_to_floats_and_back() -> None:
    levels = torch.arange(256, dtype=torch.uint8)
    assert torch.equal(codec.to_uint8(levels.float().view(1, 1, 16, 16) / 255).flatten(), levels)


def test_channels_come_last_and_the_input_stays_as_it_was() -> None:
    x = torch.rand(2, 3, 4, 5)
    before = x.clone()
    out = codec.to_uint8(x)
    assert out.shape == (2, 4, 5, 3)
    assert out.is_contiguous()
    assert torch.equal(x, before)


def test_a_grid_of_one_is_the_image() -> None:
    assert np.array_equal(codec.grid(numbered(1), columns=1), numbered(1))


@pytest.mark.parametrize(
    ("n", "columns", "rows"), [(1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 2, 2), (5, 3, 2), (16, 4, 4), (17, 5, 4)]
)
def test_a_grid_is_about_square(n: int, columns: int, rows: int) -> None:
    assert codec.square(n) == columns
    assert codec.grid(numbered(n), columns=columns).shape[1:3] == (rows * 5 - 2, columns * 7 - 2)


@given(n=st.integers(1, 30), columns=st.integers(1, 9), channels=st.sampled_from([1, 3]))
def test_each_image_of_a_grid_is_at_its_place_and_all_else_is_black(n: int, columns: int, channels: int) -> None:
    sheet = codec.grid(numbered(n, channels=channels), columns=columns)[0].copy()
    for i in range(n):
        row, column = divmod(i, columns)
        place = sheet[5 * row : 5 * row + 3, 7 * column : 7 * column + 5]
        assert (place == i + 1).all()
        place[:] = 0
    assert not sheet.any()


def test_an_archive_holds_the_images_and_the_facts() -> None:
    with zipfile.ZipFile(io.BytesIO(codec.archive([b"one", b"two"], FACTS))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["0000.png", "0001.png", "facts.json"]
        assert archive.read("0001.png") == b"two"
        assert orjson.loads(archive.read("facts.json")) == FACTS


def test_equal_archives_are_equal_bytes() -> None:
    assert codec.archive([b"one"], FACTS) == codec.archive([b"one"], FACTS)


def test_a_document_holds_the_facts_and_the_images_in_base64() -> None:
    document = orjson.loads(codec.document([b"one", b"two"], FACTS))
    assert [base64.b64decode(image) for image in document.pop("images")] == [b"one", b"two"]
    assert document == FACTS


def test_numpy_reads_the_raw_tensor() -> None:
    x = np.random.default_rng(0).random((2, 3, 4, 5), np.float32)
    data = codec.npy(x.transpose(0, 1, 3, 2))
    back = np.load(io.BytesIO(data), allow_pickle=False)
    assert np.array_equal(back, x.transpose(0, 1, 3, 2))
    assert back.dtype == np.dtype("<f4")

"""textures: crops of the real photographs, train and test from parts that do not touch."""

import sys
from pathlib import Path

import numpy as np
import pytest

from training.data import textures
from training.data.errors import DigestMismatch, MissingPackage
from training.data.textures import COLUMNS, build, photographs


@pytest.mark.parametrize("size", [32, 64, 128])
def test_every_crop_is_where_its_key_says(size: int) -> None:
    pictures = photographs()
    for split, data in build(Path(), size).items():
        assert data.labels is not None
        assert data.images.shape[1:] == (1, size, size)
        for i in range(0, len(data), 97):
            name, _, corner = data.keys[i].partition("/")
            y, x = map(int, corner.split(","))
            np.testing.assert_array_equal(data.images[i, 0], pictures[name][y : y + size, x : x + size])
            assert data.label_names[data.labels[i]] == name
            assert COLUMNS[split].start <= x <= COLUMNS[split].stop - size


def test_no_pixel_is_in_both_splits() -> None:
    assert COLUMNS["train"].stop <= COLUMNS["test"].start


def test_the_number_of_crops() -> None:
    assert {split: len(data) for split, data in build(Path(), 64).items()} == {"train": 1_392, "test": 783}


def test_another_photograph_of_the_same_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(textures.SHA256, "grass", "0" * 64)
    with pytest.raises(DigestMismatch, match="scikit-image's grass has sha256"):
        photographs()


def test_without_scikit_image_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "skimage", None)
    with pytest.raises(MissingPackage, match="needs the package scikit-image"):
        photographs()

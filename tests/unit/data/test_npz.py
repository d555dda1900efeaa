"""npz: arrays as people have them, and a sentence for arrays that are no images."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.data.standins import noise
from training.data import load
from training.data.errors import BadLayout


def saved(tmp_path: Path, **arrays: Any) -> str:
    np.savez(tmp_path / "mine.npz", **arrays)
    return f"npz:{tmp_path / 'mine.npz'}"


def test_images_are_split_by_content_with_what_belongs_to_them(tmp_path: Path) -> None:
    images, labels = noise(40, 3), np.arange(40) % 4
    masks = noise(40, 1)[:, 0] % 3
    name = saved(tmp_path, images=images, labels=labels, pairs=noise(40, 1, seed=1), masks=masks)
    train, test = (load(name, split=split, root=tmp_path) for split in ("train", "test"))
    assert len(train) + len(test) == 40
    assert len(test) >= 1
    for data in (train, test):
        rows = [int(key.removeprefix("images/")) for key in data.keys]
        np.testing.assert_array_equal(data.images, images[rows])
        np.testing.assert_array_equal(data.labels, labels[rows])
        np.testing.assert_array_equal(data.masks, masks[rows])
        assert data.pairs is not None
        assert data.pairs.shape == (len(data), 1, 8, 8)
    assert train.label_names == ("0", "1", "2", "3")


@pytest.mark.parametrize(
    "names",
    [("x_train", "y_train", "x_test", "y_test"), ("train_images", "train_labels", "test_images", "test_labels")],
)
def test_named_splits_are_kept(tmp_path: Path, names: tuple[str, ...]) -> None:
    arrays = (noise(6, 1)[:, 0], np.arange(6)[:, None], noise(3, 1, seed=1)[:, 0], np.arange(3)[:, None])
    name = saved(tmp_path, **dict(zip(names, arrays, strict=True)))
    data = load(name, split="test", root=tmp_path)
    np.testing.assert_array_equal(data.images, arrays[2][:, None])
    np.testing.assert_array_equal(data.labels, [0, 1, 2])
    assert len(load(name, root=tmp_path)) == 6


def test_channels_may_come_last(tmp_path: Path) -> None:
    name = saved(tmp_path, images=noise(9, 3).transpose(0, 2, 3, 1))
    assert load(name, root=tmp_path).images.shape[1:] == (3, 8, 8)


def test_images_are_resampled_to_the_size_asked_for(tmp_path: Path) -> None:
    name = saved(tmp_path, images=noise(9, 3))
    assert load(name, size=16, root=tmp_path).images.shape[1:] == (3, 16, 16)


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"images": noise(4).astype(np.float32)}, "images is float32; images are uint8, 0 to 255"),
        ({"images": noise(4)[0, 0]}, r"images has shape \(8, 8\); images are n h w"),
        ({"images": noise(4, 3)[:, :2]}, r"images has shape \(4, 2, 8, 8\)"),
        ({"images": noise(4), "labels": np.arange(3)}, r"labels is int64 of shape \(3,\); labels are 4 integers"),
        ({"images": noise(4), "labels": np.array([0, 1, -1, 2])}, "labels are 4 integers from 0"),
        ({"images": noise(4), "masks": np.zeros((4, 9, 9), np.uint8)}, r"masks is uint8 of shape \(4, 9, 9\)"),
        ({"pictures": noise(4)}, "has none of images, x_train and train_images; it has pictures"),
    ],
)
def test_other_arrays_are_named(tmp_path: Path, arrays: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadLayout, match=sentence):
        load(saved(tmp_path, **arrays), root=tmp_path)


def test_masks_are_not_resampled(tmp_path: Path) -> None:
    name = saved(tmp_path, images=noise(4), masks=np.zeros((4, 8, 8), np.uint8))
    with pytest.raises(BadLayout, match="has masks of 8 px: they are not resampled to 16 px"):
        load(name, size=16, root=tmp_path)


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04broken"])
def test_what_is_no_npz_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mine.npz").write_bytes(content)
    with pytest.raises(BadLayout, match=r"mine\.npz is no readable npz file without pickle"):
        load(f"npz:{tmp_path / 'mine.npz'}", root=tmp_path)


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    with pytest.raises(BadLayout, match="without pickle"):
        load(saved(tmp_path, images=np.array([{}], dtype=object)), root=tmp_path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadLayout, match=r"npz:.*none\.npz is no file"):
        load(f"npz:{tmp_path / 'none.npz'}")


def test_a_single_array_is_no_npz_file(tmp_path: Path) -> None:
    np.save(tmp_path / "mine.npy", noise(4))
    with pytest.raises(BadLayout, match="holds one array without a name"):
        load(f"npz:{tmp_path / 'mine.npy'}", root=tmp_path)

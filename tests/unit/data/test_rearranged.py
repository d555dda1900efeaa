"""`apart:NAME`: train has no pair left, test has them all. `swapped:NAME`: the pairs are the images."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.unit.data.standins import noise
from training.data import load
from training.data.errors import BadLayout, UnknownDataset


def written(folder: Path, *, both: bool = True) -> Path:
    """A paired folder of eight images in train and two in test."""
    for split, n in (("train", 8), ("test", 2)):
        for side, seed in (("A", 1), ("B", 2)) if both else (("", 1),):
            for i, image in enumerate(noise(n, 3, 16, seed=seed + 10 * (split == "test"))):
                path = folder / f"{split}{side}" / f"{i}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(image.transpose(1, 2, 0)).save(path)
    return folder


def test_train_has_two_halves_and_test_the_truth(tmp_path: Path) -> None:
    folder, root = written(tmp_path / "own"), tmp_path / "data"
    whole = load(f"paired:{folder}", size=16, root=root)
    train, test = (load(f"apart:paired:{folder}", split=split, size=16, root=root) for split in ("train", "test"))
    assert train.pairs is None
    assert train.other is not None
    assert (len(train), len(train.other)) == (4, 4)
    assert train.name == f"apart:{whole.name}"
    numbers = [{Path(key).stem for key in keys} for keys in (train.keys, train.other_keys)]
    assert not numbers[0] & numbers[1]
    assert test.pairs is not None
    assert len(test) == len(test.pairs) == 2
    np.testing.assert_array_equal(test.pairs, load(f"paired:{folder}", split="test", size=16, root=root).pairs)


def test_images_and_pairs_are_exchanged_in_both_splits(tmp_path: Path) -> None:
    folder, root = written(tmp_path / "own"), tmp_path / "data"
    for split in ("train", "test"):
        before, after = (load(f"{kind}paired:{folder}", split=split, size=16, root=root) for kind in ("", "swapped:"))
        assert after.pairs is not None
        assert before.pairs is not None
        np.testing.assert_array_equal(after.images, before.pairs)
        np.testing.assert_array_equal(after.pairs, before.images)
    assert load(f"apart:swapped:paired:{folder}", size=16, root=root).name.startswith("apart:swapped:")


def test_a_set_without_pairs_and_a_name_that_is_none_are_refused(tmp_path: Path) -> None:
    folder = written(tmp_path / "plain", both=False)
    with pytest.raises(BadLayout, match="has no pairs to take apart"):
        load(f"apart:folder:{folder}", size=16, root=tmp_path / "data")
    with pytest.raises(BadLayout, match="has no pairs to exchange with its images"):
        load(f"swapped:folder:{folder}", size=16, root=tmp_path / "data")
    with pytest.raises(UnknownDataset, match="no data set is called 'nothing'"):
        load("apart:nothing", root=tmp_path)

"""folder:, unpaired: and paired: read the layouts that people have, and name what is wrong with the others."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.unit.data.standins import png
from training.data import load
from training.data.digest import pixel_digests
from training.data.errors import BadLayout


def fill(folder: Path, names: Iterable[str], *, size: int = 8, width: int | None = None) -> Path:
    for i, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(size, seed=i, width=width))
    return folder


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return tmp_path / "mine"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_a_folder_of_classes_is_labelled_and_split_by_content(mine: Path, cache: Path) -> None:
    fill(mine, (f"{kind}/{i}.png" for kind in ("cat", "dog") for i in range(20)))
    (mine / "notes.txt").write_text("no image")
    train, test = (load(f"folder:{mine}", split=split, size=8, root=cache) for split in ("train", "test"))
    assert len(train) + len(test) == 40
    assert 1 <= len(test) < 12
    for data in (train, test):
        assert data.labels is not None
        assert [data.label_names[label] for label in data.labels] == [key.partition("/")[0] for key in data.keys]
        with Image.open(mine / data.keys[0]) as image:
            np.testing.assert_array_equal(data.images[0].transpose(1, 2, 0), np.asarray(image))


def test_the_split_stays_when_images_are_added(mine: Path, cache: Path) -> None:
    fill(mine, (f"{i}.png" for i in range(30)))
    before = set(load(f"folder:{mine}", split="test", size=8, root=cache).keys)
    fill(mine, (f"{i}.png" for i in range(50)))
    after = set(load(f"folder:{mine}", split="test", size=8, root=cache).keys)
    assert before == {key for key in after if int(Path(key).stem) < 30}


def test_equal_files_are_on_one_side(mine: Path, cache: Path) -> None:
    fill(mine, (f"a/{i}.png" for i in range(20)))
    fill(mine, (f"b/{i}.png" for i in range(20)))
    train, test = (load(f"folder:{mine}", split=split, size=8, root=cache) for split in ("train", "test"))
    assert not set(pixel_digests(train.images)) & set(pixel_digests(test.images))
    assert len(test) % 2 == 0


def test_train_and_test_folders_are_kept_but_for_twins(mine: Path, cache: Path) -> None:
    fill(mine, ["train/0.png", "train/1.png", "train/2.png"])
    fill(mine, ["test/0.png"])  # the same pixels as train/0.png
    train, test = (load(f"folder:{mine}", split=split, size=8, root=cache) for split in ("train", "test"))
    assert train.keys == ("train/1.png", "train/2.png")
    assert test.keys == ("test/0.png",)
    assert train.labels is None


def test_a_changed_folder_is_read_again(mine: Path, cache: Path) -> None:
    fill(mine, (f"{i}.png" for i in range(10)))
    names = [load(f"folder:{mine}", size=8, root=cache).keys]
    (mine / names[0][0]).unlink()
    names.append(load(f"folder:{mine}", size=8, root=cache).keys)
    assert set(names[1]) < set(names[0])


def test_images_of_any_size_become_squares(mine: Path, cache: Path) -> None:
    fill(mine, (f"{i}.png" for i in range(3)), width=20, size=30)
    assert load(f"folder:{mine}", root=cache).images.shape[1:] == (3, 64, 64)


def test_two_domains_are_read(mine: Path, cache: Path) -> None:
    fill(
        mine,
        (f"{name}/{i}.png" for name, n in (("trainA", 4), ("trainB", 3), ("testA", 2), ("testB", 1)) for i in range(n)),
    )
    data = load(f"unpaired:{mine}", size=8, root=cache)
    assert data.other is not None
    assert (len(data), len(data.other)) == (4, 3)
    assert data.other_keys == ("trainB/0.png", "trainB/1.png", "trainB/2.png")


def test_pairs_match_by_name(mine: Path, cache: Path) -> None:
    fill(mine, (f"{split}{side}/{i}.png" for split in ("train", "test") for side in "AB" for i in range(3)))
    data = load(f"paired:{mine}", split="test", size=8, root=cache)
    assert data.pairs is not None
    assert data.keys == ("testA/0.png", "testA/1.png", "testA/2.png")
    with Image.open(mine / "testB/1.png") as image:
        np.testing.assert_array_equal(data.pairs[1].transpose(1, 2, 0), np.asarray(image))


def test_pairs_lie_side_by_side(mine: Path, cache: Path) -> None:
    fill(mine, ["train/0.png", "train/1.png", "val/0.png"], size=8, width=16)
    data = load(f"paired:{mine}", size=8, root=cache)
    assert data.pairs is not None
    with Image.open(mine / "train/1.png") as image:
        both = np.concatenate([data.images[1], data.pairs[1]], 2).transpose(1, 2, 0)
        np.testing.assert_array_equal(both, np.asarray(image))
    assert len(load(f"paired:{mine}", split="test", size=8, root=cache)) == 1


@pytest.mark.parametrize(
    ("name", "files", "width", "sentence"),
    [
        ("folder", ["a.png"], 8, "mine has 1 images; train and test need one each"),
        ("folder", [], 8, "mine has 0 images"),
        ("unpaired", ["trainA/a.png"], 8, "has no images in trainB, testA, testB"),
        ("paired", ["trainA/a.png", "trainB/b.png"], 8, "a is only in one of trainA and trainB"),
        ("paired", ["train/a.png"], 12, r"a\.png is 12x8: A|B side by side is twice as wide as high"),
        ("paired", ["train/a.png"], 16, "has no pairs for test"),
    ],
)
def test_another_layout_is_named(
    mine: Path, cache: Path, name: str, files: list[str], width: int, sentence: str
) -> None:
    mine.mkdir()
    fill(mine, files, width=width)
    with pytest.raises(BadLayout, match=sentence):
        load(f"{name}:{mine}", size=8, root=cache)


def test_a_folder_of_one_picture_many_times_is_named(mine: Path, cache: Path) -> None:
    mine.mkdir()
    for i in range(5):
        (mine / f"{i}.png").write_bytes(png())
    with pytest.raises(BadLayout, match="folder:mine has too few different images for a train and a test split"):
        load(f"folder:{mine}", size=8, root=cache)


def test_a_broken_image_is_named(mine: Path, cache: Path) -> None:
    fill(mine, ["0.png", "1.png"])
    (mine / "1.png").write_bytes(b"text")
    with pytest.raises(BadLayout, match=r"mine/1\.png is no readable image"):
        load(f"folder:{mine}", size=8, root=cache)


def test_a_folder_that_is_not_there_is_named(mine: Path) -> None:
    with pytest.raises(BadLayout, match=r"folder:.*mine is no folder"):
        load(f"folder:{mine}")

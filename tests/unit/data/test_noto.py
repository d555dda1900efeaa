"""noto-emoji: categories come from the package's table, transparency becomes white."""

import numpy as np
import pytest

from tests.unit.data.standins import noto_package, placed
from training.data import noto
from training.data.dataset import Dataset
from training.data.emoji import base


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Dataset]:
    root = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(noto, "PACKAGE", placed(noto.PACKAGE, noto_package(60), root))
        return noto.build(root, 64)


def test_every_picture_has_its_category_and_tone(splits: dict[str, Dataset]) -> None:
    for data in splits.values():
        assert data.labels is not None
        assert data.label_names == ("Objects", "People & Body")
        for key, label, skin in zip(data.keys, data.labels, data.attributes["skin_tone"], strict=True):
            assert label == int(key[:5], 16) % 2
            assert data.attribute_names["skin_tone"][skin] == ("medium" if key.endswith("1F3FD") else "none")


def test_variants_of_one_emoji_are_on_one_side(splits: dict[str, Dataset]) -> None:
    train, test = ({base(key) for key in data.keys} for data in splits.values())
    assert (len(train), len(test)) == (54, 6)
    assert not train & test


def test_pictures_lie_on_white(splits: dict[str, Dataset]) -> None:
    images = splits["train"].images
    assert images.shape[1:] == (3, 64, 64)
    assert np.median(images) > 150  # noise of random opacity on white is lighter than noise

"""openmoji: colour, line and mask of one drawing agree, and variants of one emoji are on one side of the split."""

import numpy as np
import pytest

from tests.unit.data.standins import hand, openmoji_package, placed, svg
from training.data import openmoji
from training.data.dataset import Dataset
from training.data.emoji import base, tone
from training.data.openmoji import MASKS, Drawing

SKIN = (250, 220, 188)


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Dataset]:
    root = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openmoji, "PACKAGE", placed(openmoji.PACKAGE, openmoji_package(50), root))
        return openmoji.build(root, 36)


def test_the_line_drawing_is_the_line_layer_alone() -> None:
    line = Drawing.parse(hand("#fadcbc", 20)).line(72)
    assert set(np.unique(line)) == {0, 255}
    assert (line[:, 16:56, 20] == 0).all()  # the left edge of the outline
    assert (line[:, 20:52, 26:46] == 255).all()  # and nothing inside it


def test_the_colour_image_has_every_layer_on_white() -> None:
    color = Drawing.parse(hand("#fadcbc", 20)).color(72)
    assert tuple(color[:, 30, 36]) == SKIN
    assert tuple(color[:, 50, 36]) == (210, 47, 39)
    assert tuple(color[:, 36, 20]) == (0, 0, 0)
    assert tuple(color[:, 2, 2]) == (255, 255, 255)


def test_the_mask_names_the_layer_that_is_seen() -> None:
    mask = Drawing.parse(hand("#fadcbc", 20)).mask(72)
    seen = {place: MASKS[mask[place]] for place in ((30, 36), (50, 36), (36, 20), (2, 2))}
    assert list(seen.values()) == ["skin", "color", "line", "background"]


def test_a_layer_painted_later_covers_the_mask_of_an_earlier_one() -> None:
    box = '<rect x="8" y="8" width="56" height="56"/>'
    drawing = Drawing.parse(
        svg(("line", box), ("color-foreground", box), ("line-supplement", '<path d="M0 0h72v4H0z"/>'))
    )
    assert drawing.layers == ("line", "color", "line")
    assert MASKS[drawing.mask(72)[36, 36]] == "color"
    assert (drawing.line(72)[:, 36, 36] == 0).all()


def test_shapes_in_nested_groups_and_shades_belong_to_their_layer() -> None:
    drawing = Drawing.parse(
        svg(("skin", '<g id="skin-a"><g><circle r="9"/></g></g>'), ("skin-shadow", '<path d="M0 0"/>'))
    )
    assert drawing.layers == ("skin",)


def test_a_row_is_one_emoji(splits: dict[str, Dataset]) -> None:
    for data in splits.values():
        assert data.pairs is not None
        assert data.masks is not None
        assert data.images.shape == data.pairs.shape == (len(data), 3, 36, 36)
        tones = [data.attribute_names["skin_tone"][code] for code in data.attributes["skin_tone"]]
        assert tones == [tone(key) for key in data.keys]
        line, skin = MASKS.index("line"), MASKS.index("skin")
        assert (data.pairs.max(1)[data.masks == line] < 255).all()
        for i, name in enumerate(tones):
            if name == "light":
                assert (data.images[i].transpose(1, 2, 0)[data.masks[i] == skin] == SKIN).all(1).mean() > 0.9


def test_variants_of_one_emoji_are_on_one_side(splits: dict[str, Dataset]) -> None:
    sides = {split: {base(key) for key in data.keys} for split, data in splits.items()}
    assert not sides["train"] & sides["test"]
    assert {split: len(data) for split, data in splits.items()} == {"train": 90, "test": 10}


@pytest.mark.parametrize(
    ("key", "expected_tone", "expected_base"),
    [
        ("1F44B", "none", "1F44B"),
        ("1F44B-1F3FF", "dark", "1F44B"),
        ("1F469-1F3FB-200D-1F91D-200D-1F468-1F3FE", "mixed", "1F9D1-1F91D-1F9D1"),
        ("1F469-1F3FD-200D-1F33E", "medium", "1F9D1-1F33E"),
        ("1F3C3-200D-2642-FE0F-200D-27A1-FE0F", "none", "1F3C3"),
        ("2640-FE0F", "none", "2640-FE0F"),
        ("1F3FB", "light", "1F3FB"),
    ],
)
def test_tone_and_base_of_a_key(key: str, expected_tone: str, expected_base: str) -> None:
    assert (tone(key), base(key)) == (expected_tone, expected_base)

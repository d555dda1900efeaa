"""`avatars-A-as-B`: lines and colours, alike in what both styles label."""

import numpy as np
import pytest

from training.data.avatar_styles import STYLES
from training.data.avatars import split_of
from training.data.errors import UnknownDataset
from training.data.face import Face
from training.data.registry import find
from training.data.restyled import build, couple_of, entry, lines_of, shared_by

ONE, OTHER = STYLES["lorelei"], STYLES["adventurer"]
SHARED = shared_by(lines_of(ONE), OTHER)
NAME = "avatars-lorelei-as-adventurer"


def test_what_both_styles_label_is_shared() -> None:
    assert SHARED == {"glasses": ("none", "glasses", "sunglasses"), "mouth": ("smile",), "hair": ("short", "long")}


def test_lines_are_black_on_white() -> None:
    for index in range(3):
        picture = Face.drawn(lines_of(ONE), index).picture(64)
        assert (picture == picture[:1]).all()
        assert (picture > 240).mean() > 0.4
        assert (picture < 15).mean() > 0.03


def test_a_couple_is_alike_in_every_shared_attribute() -> None:
    seen = set()
    for index in range(40):
        one, other = couple_of(lines_of(ONE), OTHER, index, SHARED)
        assert all(one.values[name] == other.values[name] for name in SHARED)
        assert one.values["beard"] == other.values["moustache"] == "none"
        seen.add((one.values["glasses"], one.values["hair"]))
    assert len(seen) == 6


def test_the_sets_are_divided_by_index_and_the_pairs_are_in_colour() -> None:
    parts = build(ONE, OTHER, 32, {"train": 4, "test": 1})
    for split, data in parts.items():
        assert data.pairs is not None
        assert (data.images.shape[1:], data.pairs.shape[1:]) == ((1, 32, 32), (3, 32, 32))
        assert {split_of(int(key)) for key in data.keys} == {split}
        assert (data.pairs.max(axis=1) != data.pairs.min(axis=1)).mean() > 0.05
        assert data.attribute_names == SHARED
        for name, values in data.attributes.items():
            assert (values < len(SHARED[name])).all()
    again = build(ONE, OTHER, 32, {"train": 4, "test": 1})
    np.testing.assert_array_equal(again["train"].pairs, parts["train"].pairs)


def test_it_is_found_by_its_name_and_taken_apart() -> None:
    assert find(NAME).name == NAME
    assert find(f"apart:{NAME}").name == f"apart:{NAME}"
    assert "CC BY 4.0" in find(NAME).licence
    assert entry("avatars-lorelei") is None
    with pytest.raises(UnknownDataset, match="in the style 'manga'; there are open-peeps"):
        entry("avatars-lorelei-as-manga")

"""avatars: the labels are true of the pictures, whichever style and attribute."""

import json
import sys
from collections.abc import Iterator
from importlib import resources
from itertools import pairwise

import numpy as np
import pytest

from training.data import attribute_options, face
from training.data.avatar_style import Attribute, Style
from training.data.avatar_styles import STYLES
from training.data.avatars import build, build_pairs, faces, pairs_entry, split_of
from training.data.errors import MissingPackage, UnknownDataset
from training.data.face import Face

STYLE = pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
FEW = {"train": 4, "test": 1}

# Where a change may be seen, as shares of the height: parts of a face are not everywhere.
PLACES = {"glasses": (0.2, 0.75), "mouth": (0.35, 0.95), "moustache": (0.35, 0.9), "clothes_color": (0.55, 1.0)}


def definition(style: Style) -> dict[str, dict[str, dict[str, object]]]:
    text = resources.files("dicebear_styles").joinpath(f"{style.name}.json").read_text("utf-8")
    found: dict[str, dict[str, dict[str, object]]] = json.loads(text)
    return found


def switched(style: Style, index: int) -> Iterator[tuple[Attribute, Face, Face]]:
    """A face in every value of every attribute beside the value after it, with nothing that could cover it."""
    plain = {one.name: one.names[0] for one in style.attributes if one.removable}
    face = Face.drawn(style, index).having(**plain)
    for attribute in style.attributes:
        for one, other in pairwise([face.having(**{attribute.name: value}) for value in attribute.names]):
            yield attribute, one, other


@STYLE
def test_nothing_is_left_to_the_library(style: Style) -> None:
    options = Face.drawn(style, 0).options()
    absent = {name.removesuffix("Probability") for name, value in options.items() if value == 0}
    parts = definition(style)
    for component in parts["components"].keys() - absent:
        assert options[f"{component}Probability"] == 100
        assert f"{component}Variant" in options
    for color in parts["colors"]:
        assert f"{color}Color" in options


@STYLE
def test_every_variant_that_a_table_names_exists(style: Style) -> None:
    known = definition(style)["components"]
    choices = [style.free, *(choice for one in style.attributes for choice in one.values.values())]
    for choice in choices:
        for option, names in choice.items():
            if option.endswith("Variant"):
                variants = known[option.removesuffix("Variant")]["variants"]
                assert isinstance(variants, dict)
                assert set(names) <= set(variants)


@STYLE
def test_the_licence_and_the_artist_are_the_style_s_own(style: Style) -> None:
    meta = definition(style)["meta"]
    assert meta["license"]["name"] == style.licence
    assert style.artist in str(meta["creator"]["name"])


@STYLE
def test_switching_an_attribute_is_seen_where_it_should_be(style: Style) -> None:
    seen = set[str]()
    for attribute, one, other in switched(style, 0):
        if attribute.name in seen:  # the slow test below has all values
            continue
        seen.add(attribute.name)
        changed = one.changed(other)
        assert changed.sum() >= 16, (attribute.name, one.values, other.values)
        low, high = PLACES.get(attribute.name, (0.0, 1.0))
        rows = np.flatnonzero(changed.any(1)) / 64
        assert low <= rows.min(), (attribute.name, one.values)
        assert rows.max() <= high, (attribute.name, one.values)


@STYLE
def test_the_labels_are_the_values_that_were_drawn(style: Style) -> None:
    splits = build(style, 32, FEW)
    assert {split: len(data) for split, data in splits.items()} == FEW
    for split, data in splits.items():
        assert all(split_of(int(key)) == split for key in data.keys)
        for i, key in enumerate(data.keys):
            face = Face.drawn(style, int(key))
            named = {name: data.attribute_names[name][codes[i]] for name, codes in data.attributes.items()}
            assert named == face.values
            np.testing.assert_array_equal(data.images[i], face.picture(32)[: data.channels])


def test_a_face_is_its_index_alone() -> None:
    style = STYLES["lorelei"]
    again = [Face.drawn(style, 7), Face.drawn(style, 7)]
    assert again[0].values == again[1].values
    np.testing.assert_array_equal(again[0].picture(32), again[1].picture(32))
    assert Face.drawn(style, 8).identity() != again[0].identity()


def test_a_removable_part_is_absent_half_the_time_and_other_values_are_even() -> None:
    style = STYLES["micah"]
    drawn = [Face.drawn(style, i).values for i in range(2_000)]
    assert 0.45 < sum(one["glasses"] == "none" for one in drawn) / 2_000 < 0.55
    for value in style.attribute("hair_color").names:
        assert 0.16 < sum(one["hair_color"] == value for one in drawn) / 2_000 < 0.24


def test_a_pair_is_one_face_before_and_after() -> None:
    style = STYLES["adventurer"]
    splits = build_pairs(style, "glasses", 64, FEW)
    for data in splits.values():
        assert data.pairs is not None
        assert (data.attributes["glasses"] == 0).all()
        changed = (np.abs(data.images.astype(int) - data.pairs).max(1) > 24).reshape(len(data), -1).sum(1)
        assert (changed >= 16).all()
        assert (changed < 64 * 64 / 5).all()  # glasses, not another face
        for i, key in enumerate(data.keys):
            face = Face.drawn(style, int(key)).having(glasses="none")
            np.testing.assert_array_equal(data.images[i], face.picture(64))
            np.testing.assert_array_equal(data.pairs[i], face.having(glasses="glasses").picture(64))


def test_the_set_of_ink_on_paper_is_grey() -> None:
    assert build(STYLES["notionists"], 32, FEW)["train"].channels == 1


def test_the_options_of_a_style_are_in_the_order_of_their_codes() -> None:
    options = attribute_options("lorelei")
    assert options["glasses"] == ("none", "glasses", "sunglasses")
    assert build(STYLES["lorelei"], 32, FEW)["test"].attribute_names == options


def test_an_attribute_that_a_style_has_not_is_named() -> None:
    with pytest.raises(UnknownDataset, match=r"avatars-lorelei has the attributes glasses, beard, .*, got 'hat'"):
        pairs_entry("lorelei", "hat")


@pytest.mark.parametrize("package", ["dicebear", "dicebear_styles", "resvg_py"])
def test_a_missing_package_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setattr(face, "_definition", face._definition.__wrapped__)  # as in a process that has drawn nothing yet
    with pytest.raises(MissingPackage, match=r"package (dicebear|resvg-py).*pip install 'zerosum\[train\]'"):
        Face.drawn(STYLES["personas"], 0).picture(32)


@pytest.mark.slow
@STYLE
def test_every_value_is_drawn_often_enough(style: Style) -> None:
    drawn = list(faces(style, {"train": 160, "test": 40}))
    for attribute in style.attributes:
        for value in attribute.names:
            share = sum(face.values[attribute.name] == value for face in drawn) / len(drawn)
            assert share > 0.04, (attribute.name, value)


@pytest.mark.slow
@STYLE
def test_no_two_values_of_an_attribute_look_the_same(style: Style) -> None:
    for index in range(0, 400, 10):
        for attribute, one, other in switched(style, index):
            assert one.differs(other) or attribute.removable, (attribute.name, one.values, other.values)

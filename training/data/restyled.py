"""`avatars-A-as-B`: faces in the ink lines of style A; their pairs have the same attributes in style B, in its colours.

What both styles label alike is shared: glasses, hair, a smile. What only one of them labels is absent if it can be, and
otherwise left to chance, as are B's colours, of which lines say nothing. So a pair is a possible translation of a face,
not the only one.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from training.data.avatar_style import Attribute, Style
from training.data.avatar_styles import STYLES
from training.data.avatars import PAIR_COUNTS, SIZES, divided_by_index, source_of, split_of
from training.data.dataset import Dataset
from training.data.entry import Entry
from training.data.errors import UnknownDataset
from training.data.face import Face
from training.data.progress import progress

PAPER, INK = "#ffffff", "#000000"
BETWEEN = "-as-"


def is_colour(attribute: Attribute) -> bool:
    """Whether its values are colours of the drawing."""
    return all(option.endswith("Color") for choice in attribute.values.values() for option in choice)


def lines_of(style: Style) -> Style:
    """The style without its colours: skin is paper, and whatever else had a colour, such as hair, is ink."""
    filled = {
        option: (PAPER if one.name == "skin" else INK,)
        for one in style.attributes
        if is_colour(one)
        for option in next(iter(one.values.values()))
    }
    kept = tuple(one for one in style.attributes if not is_colour(one))
    return replace(style, attributes=kept, free=style.free | filled)


def shared_by(one: Style, other: Style) -> dict[str, tuple[str, ...]]:
    """Attribute -> the values that both know."""
    theirs = {attribute.name: attribute.names for attribute in other.attributes}
    shared = {
        mine.name: tuple(value for value in mine.names if value in theirs.get(mine.name, ())) for mine in one.attributes
    }
    return {name: values for name, values in shared.items() if values}


def couples(one: Style, other: Style, counts: dict[str, int]) -> Iterator[tuple[Face, Face]]:
    """The first couples whose labels are true, no two faces alike, until each split has its count."""
    shared = shared_by(one, other)
    left, seen, index = dict(counts), set[bytes](), -1
    while any(left.values()):
        index += 1
        if not left[split_of(index)]:
            continue
        couple = couple_of(one, other, index, shared)
        fresh = {face.identity() for face in couple}
        if all(face.is_true() for face in couple) and not fresh & seen:
            seen |= fresh
            left[split_of(index)] -= 1
            yield couple


def couple_of(one: Style, other: Style, index: int, shared: dict[str, tuple[str, ...]]) -> tuple[Face, Face]:
    """The index-th face in both styles: shared attributes uniform, an optional one absent half the time."""
    rng = np.random.default_rng([index, len(shared)])
    values = {}
    for name, names in shared.items():
        optional = one.attribute(name).removable
        weights = np.array([len(names) - 1 if optional and i == 0 and len(names) > 1 else 1 for i in range(len(names))])
        values[name] = names[int(rng.choice(len(names), p=weights / weights.sum()))]
    faces = []
    for style in (one, other):
        absent = {each.name: each.names[0] for each in style.attributes if each.removable and each.name not in shared}
        faces.append(Face.drawn(style, index).having(**absent, **values))
    return faces[0], faces[1]


def build(one: Style, other: Style, size: int, counts: dict[str, int] = PAIR_COUNTS) -> dict[str, Dataset]:
    """Lines in grey, their pairs in RGB."""
    name, lines = f"avatars-{one.name}{BETWEEN}{other.name}", lines_of(one)
    shared = shared_by(lines, other)
    found = list(progress(couples(lines, other, counts), label=name, total=sum(counts.values())))
    drawn = np.stack([face.picture(size)[:1] for face, _ in found])
    painted = np.stack([face.picture(size) for _, face in found])
    first, second = source_of(one, size), source_of(other, size)
    source = replace(
        first,
        title=f"{first.title} in lines, {second.title} in colour",
        licence=one.licence if one.licence == other.licence else f"{one.licence} and {other.licence}",
        sha256={**first.sha256, **second.sha256},
    )
    data = Dataset(
        name=name,
        images=drawn,
        pairs=painted,
        attributes={
            each: np.array([values.index(face.values[each]) for face, _ in found]) for each, values in shared.items()
        },
        attribute_names=shared,
        keys=tuple(str(face.index) for face, _ in found),
        source=source,
    )
    return divided_by_index(data)


def entry(name: str) -> Entry | None:
    """The entry of this name; None where it is no such name. Raises UnknownDataset for a style that there is not."""
    first, between, second = name.removeprefix("avatars-").partition(BETWEEN)
    if not between or not name.startswith("avatars-"):
        return None
    for style in (first, second):
        if style not in STYLES:
            raise UnknownDataset(f"no avatars are drawn in the style {style!r}; there are {', '.join(STYLES)}")
    one, other = STYLES[first], STYLES[second]
    shared = ", ".join(shared_by(lines_of(one), other))
    if not shared:
        raise UnknownDataset(f"{first} and {second} have no attribute in common")
    return Entry(
        name=name,
        about=f"5,000 faces in the lines of {one.title} and, alike in {shared}, in the colours of {other.title}",
        licence=one.licence if one.licence == other.licence else f"{one.licence} and {other.licence}",
        build=lambda _root, size: build(one, other, size),
        size=64,
        sizes=SIZES,
    )

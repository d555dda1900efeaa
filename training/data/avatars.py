"""avatars-<style>: cartoon faces whose attributes are chosen by us, so that every label is exact.

DiceBear 10 (Florian Körner, MIT) draws the styles of several artists (their names and licences are in each set's
Source). A face is its index: it is in test when the index is the last of five, in every set made of the style, so the
pairs of `avatars-<style>:<attribute>` never show a face of one split to the other.
"""

import hashlib
from collections.abc import Iterator
from importlib import metadata

import numpy as np

from training.data.avatar_style import Style
from training.data.avatar_styles import STYLES
from training.data.dataset import SPLITS, Bytes, Dataset, Source
from training.data.entry import Entry
from training.data.errors import UnknownDataset
from training.data.face import Face, attribute_options, definition_of
from training.data.progress import progress
from training.data.splits import divided

COUNTS = {"train": 8_000, "test": 2_000}
PAIR_COUNTS = {"train": 4_000, "test": 1_000}
SIZES = range(16, 129)


def split_of(index: int) -> str:
    """Where the index-th face of any style belongs."""
    return "test" if index % 5 == 4 else "train"


def faces(style: Style, counts: dict[str, int], **values: str) -> Iterator[Face]:
    """The first faces whose labels are true, no two alike, until each split has its count; `values` are given."""
    left, seen, index = dict(counts), set[bytes](), -1
    while any(left.values()):
        index += 1
        if not left[split_of(index)]:
            continue
        face = Face.drawn(style, index).having(**values)
        if face.is_true() and (identity := face.identity()) not in seen:
            seen.add(identity)
            left[split_of(index)] -= 1
            yield face


def build(style: Style, size: int, counts: dict[str, int] = COUNTS) -> dict[str, Dataset]:
    """Faces with all their attributes."""
    found = faces(style, counts)
    drawn = [(face, face.picture(size)) for face in progress(found, label=style.name, total=sum(counts.values()))]
    return divided_by_index(_dataset(f"avatars-{style.name}", style, size, drawn))


def build_pairs(style: Style, attribute: str, size: int, counts: dict[str, int] = PAIR_COUNTS) -> dict[str, Dataset]:
    """Faces whose `attribute` has its first value; their pairs are the same faces with its second (none, glasses)."""
    before, after = style.attribute(attribute).names[:2]
    found = faces(style, counts, **{attribute: after})
    drawn = [
        (face.having(**{attribute: before}), face.picture(size))
        for face in progress(found, label=f"{style.name}:{attribute}", total=sum(counts.values()))
    ]
    return divided_by_index(_dataset(f"avatars-{style.name}:{attribute}", style, size, drawn, paired=True))


def _dataset(name: str, style: Style, size: int, drawn: list[tuple[Face, Bytes]], paired: bool = False) -> Dataset:
    pictures = np.stack([picture for _, picture in drawn])
    if (pictures == pictures[:, :1]).all():  # notionists are ink on paper
        pictures = np.ascontiguousarray(pictures[:, :1])
    plain = np.stack([face.picture(size)[: pictures.shape[1]] for face, _ in drawn]) if paired else pictures
    return Dataset(
        name=name,
        images=plain,
        pairs=pictures if paired else None,
        attributes={
            one.name: np.array([one.names.index(face.values[one.name]) for face, _ in drawn])
            for one in style.attributes
        },
        attribute_names={one.name: one.names for one in style.attributes},
        keys=tuple(str(face.index) for face, _ in drawn),
        source=source_of(style, size),
    )


def source_of(style: Style, size: int) -> Source:
    """Where a style's drawings come from."""
    versions = {name: metadata.version(name) for name in ("dicebear-core", "dicebear-styles", "resvg-py")}
    return Source(
        title=f"{style.title} by {style.artist}",
        licence=style.licence,
        origin=", ".join(f"PyPI {name}=={version}" for name, version in versions.items()),
        obtained=f"drawn at {size} px from an index with explicit options (training/data/avatar_styles.py); "
        "test is every fifth index",
        citation=f"{style.title}, {style.artist}; remixed for DiceBear by Florian Körner",
        sha256={f"{style.name}.json": hashlib.sha256(definition_of(style.name)).hexdigest()},
    )


def divided_by_index(data: Dataset) -> dict[str, Dataset]:
    """Both splits; keys are indices."""
    splits = np.array([split_of(int(key)) for key in data.keys])
    train, test = (np.flatnonzero(splits == split) for split in SPLITS)
    return divided(data, (train, test))


def entry(style: Style) -> Entry:
    """The registry's entry for a style."""
    return Entry(
        name=f"avatars-{style.name}",
        about=f"{style.title}: 10,000 cartoon faces; attributes {', '.join(one.name for one in style.attributes)}",
        licence=style.licence,
        build=lambda _root, size: build(style, size),
        size=64,
        sizes=SIZES,
    )


def pairs_entry(style_name: str, attribute: str) -> Entry:
    """The entry for the pairs of one attribute of a style."""
    style, options = STYLES[style_name], attribute_options(style_name)
    if attribute not in options:
        raise UnknownDataset(f"avatars-{style_name} has the attributes {', '.join(options)}, got {attribute!r}")
    before, after = options[attribute][:2]
    return Entry(
        name=f"avatars-{style_name}:{attribute}",
        about=f"{style.title}: 5,000 pairs of one face, {attribute} {before} and {after}",
        licence=style.licence,
        build=lambda _root, size: build_pairs(style, attribute, size),
        size=64,
        sizes=SIZES,
    )


ENTRIES = tuple(map(entry, STYLES.values()))

"""noto-emoji: Google's Noto emoji at 64 px, with their Unicode categories.

Noto Emoji, Google, Apache License 2.0; the npm package emoji-datasource-google 16.0.0 (Cal Henderson, MIT) bundles the
PNGs and a table of names and categories.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from training.data.archive import members
from training.data.dataset import Dataset, Source
from training.data.emoji import TONE_NAMES, base, tone
from training.data.entry import Entry
from training.data.images import decoded, squared, stacked
from training.data.packages import Package
from training.data.progress import progress
from training.data.splits import divided, grouped

PACKAGE = Package(
    client="npm",
    name="emoji-datasource-google",
    version="16.0.0",
    file="emoji-datasource-google-16.0.0.tgz",
    sha256="fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
)
LICENCE = "Apache-2.0 (the images); MIT (the package)"


def build(root: Path, size: int) -> dict[str, Dataset]:
    """About nine tenths train; all variants of one emoji are on the same side."""
    path = PACKAGE.fetch(root)
    categories = _categories(json.loads(dict(members(path, "package/emoji.json"))[""]))
    files = sorted(members(path, "package/img/google/64/", suffix=".png"))
    keys = [name.removesuffix(".png").upper() for name, _ in files]
    pictures = [
        squared(decoded(content, name).convert("RGB"), size)
        for name, content in progress(files, label=f"noto-emoji: read at {size} px", total=len(files))
    ]
    names = tuple(sorted(set(categories.values())))
    data = Dataset(
        name="noto-emoji",
        images=stacked(pictures),
        labels=np.array([names.index(categories[key]) for key in keys]),
        label_names=names,
        attributes={"skin_tone": np.array([TONE_NAMES.index(tone(key)) for key in keys])},
        attribute_names={"skin_tone": TONE_NAMES},
        keys=tuple(keys),
        source=Source(
            title="Noto Emoji (Unicode 16)",
            licence=LICENCE,
            origin=PACKAGE.origin,
            obtained=f"`{PACKAGE.command}`; img/google/64/*.png on white, bicubic to {size} px; "
            "split by base emoji, seed 0, a tenth test",
            citation="Google Noto Emoji",
            sha256={PACKAGE.file: PACKAGE.sha256},
        ),
    )
    return divided(data, grouped([base(key) for key in keys], test=0.1))


def _categories(table: list[dict[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in table:
        for one in (row, *row.get("skin_variations", {}).values()):
            found[one["image"].removesuffix(".png").upper()] = row["category"]
    return found


ENTRY = Entry(
    name="noto-emoji",
    about="Google's emoji, 10 categories; attribute skin_tone",
    licence=LICENCE,
    build=build,
    size=64,
    sizes=range(16, 65),
)

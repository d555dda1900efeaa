"""One avatar: an index, the values of its labelled attributes, and the drawing that follows from them alone."""

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from training.data.avatar_style import Option, Style
from training.data.avatar_styles import STYLES
from training.data.dataset import Bytes
from training.data.errors import MissingPackage
from training.data.svg import on_white, rendered

if TYPE_CHECKING:
    import dicebear

_LOOKED_AT = 64  # px: what can be seen, and what is the same picture, is decided at this size for every size
_CHANGED = 24  # a pixel has changed when a channel moved by more than this
_SEEN = 16  # two faces can be told apart when at least so many pixels differ


@dataclass(frozen=True)
class Face:
    """A face of `style`: `values` names one value for each of its attributes; all the rest follows from `index`."""

    style: Style
    index: int
    values: Mapping[str, str]
    _cache: dict[int, Bytes] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def drawn(cls, style: Style, index: int) -> "Face":
        """The index-th face: every attribute independent and uniform, but a removable part is absent half the time."""
        rng = np.random.default_rng([zlib.crc32(style.name.encode()), index])
        values = {}
        for attribute in style.attributes:
            names = attribute.names
            weights = [len(names) - 1 if attribute.removable and i == 0 else 1 for i in range(len(names))]
            values[attribute.name] = names[int(rng.choice(len(names), p=np.array(weights) / sum(weights)))]
        return cls(style, index, values)

    def having(self, **values: str) -> "Face":
        """The same face but for these attributes."""
        return replace(self, values={**self.values, **values}, _cache={})

    def options(self) -> dict[str, Option]:
        """Every option of the drawing, none left to chance."""
        choices = [self.style.free, *(one.values[self.values[one.name]] for one in self.style.attributes)]
        return {name: self._pick(name, among) for choice in choices for name, among in choice.items()}

    def _pick(self, option: str, among: tuple[Option, ...]) -> Option:
        rng = np.random.default_rng([*(zlib.crc32(word.encode()) for word in (self.style.name, option)), self.index])
        return among[int(rng.integers(len(among)))]

    def picture(self, size: int) -> Bytes:
        """3 h w, on white."""
        if size not in self._cache:
            self._cache[size] = on_white(rendered(self._svg(), size))
        return self._cache[size]

    def _svg(self) -> str:
        definition = _definition(self.style.name)
        import dicebear

        left, top, side = self.style.crop
        svg = str(dicebear.Avatar(definition, {"seed": str(self.index), **self.options()}))
        return re.sub(r'viewBox="[^"]*"', f'viewBox="{left} {top} {side} {side}"', svg, count=1)

    def identity(self) -> bytes:
        """Equal for faces that look the same."""
        return self.picture(_LOOKED_AT).tobytes()

    def is_true(self) -> bool:
        """Whether every label can be seen: long hair may cover glasses, and a beard the mouth."""
        return all(
            self.differs(self.having(**{one.name: rival}))
            for one in self.style.attributes
            for rival in one.rivals(self.values[one.name])
        )

    def differs(self, other: "Face") -> bool:
        """Whether the two pictures can be told apart."""
        return int(self.changed(other).sum()) >= _SEEN

    def changed(self, other: "Face") -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """h w: where the two pictures differ."""
        here, there = (face.picture(_LOOKED_AT).astype(np.int16) for face in (self, other))
        return np.asarray(np.abs(here - there).max(axis=0) > _CHANGED)


def definition_of(style: str) -> bytes:
    """The style's drawings, as the package dicebear-styles has them."""
    try:
        return resources.files("dicebear_styles").joinpath(f"{style}.json").read_bytes()
    except ImportError as error:
        raise MissingPackage("avatars need the package dicebear-styles: pip install 'zerosum[train]'") from error


@cache
def _definition(style: str) -> "dicebear.Style":
    try:
        import dicebear
    except ImportError as error:
        raise MissingPackage("avatars need the package dicebear-core: pip install 'zerosum[train]'") from error
    return dicebear.Style(json.loads(definition_of(style)))


def attribute_options(style: str) -> dict[str, tuple[str, ...]]:
    """What can be asked of a style's faces: attribute -> its values, in the order of their codes."""
    return {one.name: one.names for one in STYLES[style].attributes}

"""Images of any size before a network of one size: what becomes frames of it, and how its answers come together again.

`resize` makes the image fit, whatever becomes of its proportions. `pad` makes it fit as a whole, continues its last
pixels to the border, and cuts that off the answer. `tile` leaves it as it is: frames that overlap by a quarter cover
it, and their answers pass into each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray

from app import codec
from app.answering.order import digest
from app.answering.pictures import naming
from app.errors import ImageSizeWrong
from models.card import ImageSpec
from models.tensors import Images

Floats = NDArray[np.float32]
Size = tuple[int, int]  # height, width
OVERLAP = 4  # the share of a frame's side that the next one covers too, as a divisor


class Fit(StrEnum):
    """What becomes of an image of another size than the model takes."""

    exact = "exact"
    resize = "resize"
    pad = "pad"
    tile = "tile"


@dataclass(frozen=True)
class Scene:
    """One image: the size at which it is seen, and answered, and where its frames begin."""

    size: Size
    frames: tuple[Size, ...]  # top, left


def scene(size: Size, spec: ImageSpec, fit: Fit) -> Scene:
    """The frames of an image of this size. Raises ImageSizeWrong where `exact` is asked of another one."""
    (h, w), (height, width) = size, (spec.height, spec.width)
    if fit is Fit.tile:
        tops, lefts = starts(h, height), starts(w, width)
        return Scene(size, tuple((top, left) for top in tops for left in lefts))
    if fit is Fit.pad:
        scale = min(height / h, width / w)
        size = (min(height, max(1, round(h * scale))), min(width, max(1, round(w * scale))))
    elif fit is Fit.resize:
        size = (height, width)
    elif size != (height, width):
        choices = ", ".join(each.value for each in Fit if each is not Fit.exact)
        raise ImageSizeWrong(f"the model takes {width}x{height}, the image is {w}x{h}; fit makes it fit: {choices}")
    return Scene(size, ((0, 0),))


def starts(length: int, side: int) -> list[int]:
    """Where frames of `side` begin on a line of `length`; the last one ends with it."""
    if length <= side:
        return [0]
    stride = side - side // OVERLAP
    return [*range(0, length - side, stride), length - side]


@dataclass(frozen=True)
class Framed:
    """Files as they came, and their scenes."""

    files: Sequence[bytes]
    scenes: Sequence[Scene]
    spec: ImageSpec
    fit: Fit
    max_pixels: int

    @property
    def rows(self) -> list[tuple[int, Size]]:
        """Every frame: of which image, and where it begins."""
        return [(image, start) for image, scene in enumerate(self.scenes) for start in scene.frames]

    @property
    def terms(self) -> tuple[object, ...]:
        """What names them."""
        return (*map(digest, self.files), self.fit.value)

    def picture(self, image: int) -> Images:
        """1 c h w: an image at the size at which it is seen. Raises as codec.read does."""
        size, channels = self.scenes[image].size, self.spec.channels
        with naming(image, len(self.files)):
            return codec.whole(self.files[image], size=size, channels=channels, max_pixels=self.max_pixels)

    def frames(self, rows: range) -> Images:
        """Some of the frames, each of the size that the model takes; a lane does this."""
        height, width = self.spec.height, self.spec.width
        seen = lru_cache(maxsize=1)(self.picture)  # frames of one image follow one another
        found = []
        for image, (top, left) in self.rows[rows.start : rows.stop]:
            part = seen(image)[:, :, top : top + height, left : left + width]
            missing = (0, width - part.shape[3], 0, height - part.shape[2])
            found.append(functional.pad(part, missing, mode="replicate") if any(missing) else part)
        return torch.cat(found)

    def together(self, parts: Sequence[Floats]) -> list[Floats]:
        """The answers of all frames, n c h w in the order of `rows`, as one c h w an image."""
        answers = np.concatenate(parts)
        ends = np.cumsum([len(scene.frames) for scene in self.scenes])
        return [stitched(rows, scene) for rows, scene in zip(np.split(answers, ends[:-1]), self.scenes, strict=True)]


def stitched(rows: Floats, scene: Scene) -> Floats:
    """n c h w of frames -> c h w of the scene: where frames overlap, each fades towards its border."""
    height, width = scene.size
    if len(rows) == 1:
        return rows[0, :, :height, :width]
    _, c, side_h, side_w = rows.shape
    weight = ramp(side_h)[:, None] * ramp(side_w)
    total, weights = np.zeros((c, height, width), np.float32), np.zeros((height, width), np.float32)
    for row, (top, left) in zip(rows, scene.frames, strict=True):
        inside = (slice(top, min(top + side_h, height)), slice(left, min(left + side_w, width)))
        part = weight[: inside[0].stop - top, : inside[1].stop - left]
        total[(slice(None), *inside)] += part * row[:, : part.shape[0], : part.shape[1]]
        weights[inside] += part
    return total / weights


def ramp(side: int) -> Floats:
    """1 in the middle of a frame, falling over the overlap to the border on both ends; nowhere 0."""
    overlap = side // OVERLAP + 1
    from_border = np.minimum(np.arange(1, side + 1), np.arange(side, 0, -1))
    return np.minimum(1.0, from_border / overlap).astype(np.float32)


def framed(files: Sequence[bytes], spec: ImageSpec, fit: Fit, *, max_pixels: int) -> Framed:
    """The scenes of these files, by their headers. Raises ImageUnreadable, ImageTooLarge and ImageSizeWrong."""
    scenes = []
    for i, data in enumerate(files):
        with naming(i, len(files)):
            scenes.append(scene(codec.size_of(data, max_pixels=max_pixels), spec, fit))
    return Framed(files, tuple(scenes), spec, fit, max_pixels)

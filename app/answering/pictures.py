"""The images that a client sends, on their way into a network."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from app import codec
from app.answering.order import digest
from app.errors import ImageSizeWrong, ImageTooLarge, ImageUnreadable, UpscaleInvalid
from models.card import ImageSpec
from models.tensors import Images


@dataclass(frozen=True)
class Pictures:
    """Files as they came; `fit` is what becomes of those of another size than the model takes."""

    files: Sequence[bytes]
    fit: codec.Fit

    @property
    def terms(self) -> tuple[object, ...]:
        """What names them."""
        return (*map(digest, self.files), self.fit.__name__)

    def decode(self, rows: range, spec: ImageSpec, *, max_pixels: int) -> Images:
        """Some of them, of the size of `spec`; a lane does this, since it takes as long as a network.

        Raises as codec.read does, naming the image where there are several.
        """
        return torch.cat([self._read(row, spec, max_pixels) for row in rows])

    def _read(self, row: int, spec: ImageSpec, max_pixels: int) -> Images:
        with naming(row, len(self.files)):
            return codec.read(self.files[row], spec, max_pixels=max_pixels, fit=self.fit)


@contextmanager
def naming(image: int, count: int) -> Iterator[None]:
    """What is wrong with an image says which it is, where there are several."""
    try:
        yield
    except (ImageUnreadable, ImageTooLarge, ImageSizeWrong, UpscaleInvalid) as error:
        if count == 1:
            raise
        raise type(error)(f"image {image}: {error}") from error

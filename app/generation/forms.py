"""The media types of an answer: what a lane makes of rows as they come, and of all of them at the end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from torch import Tensor

from app import codec

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Form:
    """`floats` says that rows come as float32 n c h w; otherwise as uint8 n h w c."""

    media_type: str
    floats: bool
    render: Callable[[Tensor], Any]
    join: Callable[[list[Any], Facts], bytes]


def array(rows: Tensor) -> Any:
    """Rows as numpy."""
    return rows.numpy()


def images(rows: Tensor) -> list[bytes]:
    """Rows as PNGs: each batch brings its own, so that a large answer is encoded bit by bit."""
    return codec.pngs(rows.numpy())


def sheet(parts: Sequence[codec.Pixels], facts: Facts) -> bytes:  # noqa: ARG001 - headers carry them
    """One PNG: the image, or a grid of several."""
    return codec.pngs(codec.grid(np.concatenate(parts)))[0]


def document(parts: Sequence[list[bytes]], facts: Facts) -> bytes:
    """JSON."""
    return codec.document(list(chain(*parts)), facts)


def archive(parts: Sequence[list[bytes]], facts: Facts) -> bytes:
    """ZIP."""
    return codec.archive(list(chain(*parts)), facts)


def npy(parts: Sequence[Any], facts: Facts) -> bytes:  # noqa: ARG001 - headers carry them
    """The raw tensor."""
    return codec.npy(np.concatenate(parts))


FORMS: dict[str, Form] = {
    form.media_type: form
    for form in (
        Form("image/png", floats=False, render=array, join=sheet),
        Form("application/json", floats=False, render=images, join=document),
        Form("application/zip", floats=False, render=images, join=archive),
        Form("application/x-npy", floats=True, render=array, join=npy),
    )
}

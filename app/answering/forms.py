"""The media types of an answer: what a lane makes of rows as they come, and of all of them at the end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from torch import Tensor

from app import codec
from app.answering.accept import choose
from app.errors import NotAcceptable

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Form:
    """`floats` says that rows come as float32 n c h w, otherwise as uint8 n h w c; `tells` that it holds the facts."""

    media_type: str
    floats: bool
    tells: bool
    render: Callable[[Tensor], Any]
    join: Callable[[list[Any], Facts], bytes]


def array(rows: Tensor) -> Any:
    """Rows as numpy."""
    return rows.numpy()


def images(rows: Tensor) -> list[bytes]:
    """Rows as PNGs: each batch brings its own, so that a large answer is encoded bit by bit."""
    return codec.pngs(rows.numpy())


def sheet(parts: Sequence[codec.Pixels], facts: Facts) -> bytes:
    """One PNG: the image, or a grid of several."""
    return codec.pngs(codec.grid(np.concatenate(parts), columns=facts["columns"]))[0]


def document(parts: Sequence[list[bytes]], facts: Facts) -> bytes:
    """JSON."""
    return codec.document(list(chain(*parts)), facts)


def archive(parts: Sequence[list[bytes]], facts: Facts) -> bytes:
    """ZIP."""
    return codec.archive(list(chain(*parts)), facts)


def npy(parts: Sequence[Any], facts: Facts) -> bytes:  # noqa: ARG001 - headers carry them
    """The raw tensor."""
    return codec.npy(np.concatenate(parts))


def animation(parts: Sequence[codec.Pixels], facts: Facts) -> bytes:  # noqa: ARG001 - headers carry them
    """GIF."""
    return codec.gif(np.concatenate(parts))


PNG = Form("image/png", floats=False, tells=False, render=array, join=sheet)
JSON = Form("application/json", floats=False, tells=True, render=images, join=document)
ZIP = Form("application/zip", floats=False, tells=True, render=images, join=archive)
NPY = Form("application/x-npy", floats=True, tells=False, render=array, join=npy)
GIF = Form("image/gif", floats=False, tells=False, render=array, join=animation)

IMAGES = (PNG, JSON, ZIP, NPY)  # any number of images; the first is what a client gets that does not choose
FRAMES = (*IMAGES, GIF)  # images that follow one another


def form_of(accept: str, forms: Sequence[Form]) -> Form:
    """The form that a client would rather have. Raises NotAcceptable, naming those there are."""
    offers = tuple(form.media_type for form in forms)
    media_type = choose(accept, offers)
    if media_type is None:
        raise NotAcceptable(f"Accept is {accept[:80]!r}; the answer can be {', '.join(offers)}")
    return forms[offers.index(media_type)]

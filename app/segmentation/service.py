"""Images that a client sends to an order for their masks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import codec
from app.answering.canvas import on_one_canvas
from app.answering.forms import JSON, PNG, ZIP, Form, array
from app.answering.framing import Fit, Floats, Framed, framed
from app.answering.looking import looking_at_frames
from app.answering.order import Order
from app.operations import SEGMENT
from app.runtime import Runtime
from models.palette import palette

FORMS = (PNG, JSON, ZIP)
Masks = list[NDArray[np.uint8]]  # h w each, by class


@dataclass(frozen=True)
class Legend:
    """The names of the classes and their colours, k 3."""

    labels: tuple[str, ...]
    colours: NDArray[np.uint8]

    @property
    def words(self) -> list[str]:
        """The colours as in CSS."""
        return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in self.colours.tolist()]


def legend_of(labels: tuple[str, ...]) -> Legend:
    """Colours for these classes."""
    return Legend(labels, (palette(len(labels)) * 255).round().byte().numpy())


def order_of(runtime: Runtime, model: str, files: Sequence[bytes], form: Form, *, fit: Fit, overlay: bool) -> Order:
    """The class of each pixel of each image. Raises what is wrong with an image."""
    operation = runtime.operation(model, SEGMENT)
    legend, pictures = legend_of(runtime.card(model).labels), framed_for(runtime, model, files, fit)

    def join(parts: list[Floats], facts: Mapping[str, Any]) -> bytes:
        masks = [scores.argmax(axis=0).astype(np.uint8) for scores in pictures.together(parts)]
        if overlay:
            shown = [over(mask, pictures, i, legend) for i, mask in enumerate(masks)]
        else:
            shown = [mask[..., None] for mask in masks]
        details = {
            "labels": legend.labels,
            "palette": legend.words,
            "sizes": [mask.shape[::-1] for mask in masks],
            "fractions": [fractions(mask, legend.labels) for mask in masks],
        }
        return body(form, shown, legend, {**facts, **details})

    facts = {"fit": fit.value, "overlay": overlay}
    order = looking_at_frames(
        runtime, operation, pictures, replace(form, floats=True, render=array, join=join), facts=facts
    )
    return replace(order, terms=(*pictures.terms, overlay))


def framed_for(runtime: Runtime, model: str, files: Sequence[bytes], fit: Fit) -> Framed:
    """The files as frames of the size that the model takes."""
    spec = runtime.card(model).input
    assert spec is not None  # noqa: S101 - a model that takes images is refused without one when it is loaded
    return framed(files, spec, fit, max_pixels=runtime.settings.max_pixels)


def over(mask: NDArray[np.uint8], pictures: Framed, image: int, legend: Legend) -> codec.Pixels:
    """h w 3: half the image, half the colours of its classes."""
    pixels = codec.to_uint8(pictures.picture(image)).numpy()[0]
    mixed: codec.Pixels = ((pixels.astype(np.uint16) + legend.colours[mask]) // 2).astype(np.uint8)
    return mixed


def fractions(mask: NDArray[np.uint8], labels: Sequence[str]) -> dict[str, float]:
    """The share of each class."""
    counts = np.bincount(mask.ravel(), minlength=len(labels))
    return {label: float(count) / mask.size for label, count in zip(labels, counts, strict=True)}


def body(form: Form, shown: list[codec.Pixels], legend: Legend, facts: Mapping[str, Any]) -> bytes:
    """Masks indexed, overlays in colours; several in one PNG stand on one canvas."""
    if form is PNG:
        shown = [on_one_canvas(shown)]
    files = [written(pixels, legend) for pixels in shown]
    if form is PNG:
        return files[0]
    return (codec.document if form is JSON else codec.archive)(list(chain(files)), facts)


def written(pixels: codec.Pixels, legend: Legend) -> bytes:
    """A PNG of h w c."""
    if pixels.shape[2] == 1:
        return codec.indexed(pixels[None, ..., 0], legend.colours)[0]
    return codec.pngs(pixels[None])[0]

"""Images that a client sends to an order for their anomalies."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from app import codec
from app.answering.canvas import on_one_canvas
from app.answering.forms import JSON, PNG, ZIP, Form, array
from app.answering.framing import Fit, Floats, Framed, framed
from app.answering.looking import looking_at_frames
from app.answering.order import Order
from app.operations import INSPECT
from app.runtime import Runtime
from models.capabilities import AnomalyScorer
from models.card import Calibration, Card
from models.conformal import p_value, require, threshold
from models.errors import CalibrationMissing
from models.regions import boxes

FORMS = (PNG, JSON, ZIP)
MOST_BOXES = 100
RAMP = ((0, 0, 0), (60, 15, 110), (180, 45, 90), (245, 125, 20), (252, 255, 165))  # from no heat to the hottest


class Show(StrEnum):
    """What an answer of images alone shows."""

    heatmap = "heatmap"
    overlay = "overlay"
    reconstruction = "reconstruction"


@dataclass(frozen=True)
class Scale:
    """What scores and heat are held against: held-out normals, a rate, and the heat that is drawn as hottest."""

    calibration: Calibration
    rate: float
    full: float

    def require(self, card: Card, frames: int) -> None:
        """Raises CalibrationTooSmall where no image of so many frames could be called anomalous."""
        require(len(self.calibration.scores), self.rate, looks=frames, what=card.id)

    def finding(self, score: float, heat: Floats, *, frames: int, notes: Sequence[str]) -> dict[str, Any]:
        """The facts of one image."""
        held = self.calibration
        p = p_value(score, held.scores, looks=frames)
        hot = torch.from_numpy(heat) > threshold(held.peaks, self.rate, looks=frames)
        height, width = heat.shape
        beyond = score > held.scores[-1]
        extreme = f"it scores higher than all {len(held.scores)} held-out normals: p can be no smaller"
        return {
            "score": score,
            "p_value": p,
            "anomalous": p <= self.rate,
            "width": width,
            "height": height,
            "frames": frames,
            "hottest": float(heat.max()),
            "boxes": [asdict(each) for each in boxes(hot)[:MOST_BOXES]],
            "notes": [*notes, *([extreme] if beyond else [])],
        }

    def levels(self, heat: Floats) -> NDArray[np.uint8]:
        """0 to 255, the same heat always at the same level."""
        found: NDArray[np.uint8] = np.rint(np.clip(heat / self.full, 0, 1) * 255).astype(np.uint8)
        return found


def ramp() -> NDArray[np.uint8]:
    """256 colours, 256 3."""
    at = np.linspace(0, 1, len(RAMP))
    stops = np.array(RAMP, np.float64)
    levels = np.linspace(0, 1, 256)
    return np.rint(np.stack([np.interp(levels, at, stops[:, c]) for c in range(3)], axis=1)).astype(np.uint8)


COLOURS = ramp()


def order_of(
    runtime: Runtime, model: str, files: Sequence[bytes], form: Form, *, rate: float, fit: Fit, show: Show
) -> Order:
    """Score, decision and maps of each image. Raises what is wrong with an image, and CalibrationTooSmall."""
    operation, card = runtime.operation(model, INSPECT), runtime.card(model)
    scale = scale_of(runtime, card, rate)
    assert card.input is not None  # noqa: S101 - a model that takes images is refused without one when it is loaded
    pictures = framed(files, card.input, fit, max_pixels=runtime.settings.max_pixels)
    for scene in pictures.scenes:
        scale.require(card, len(scene.frames))

    def join(parts: list[Floats], facts: Mapping[str, Any]) -> bytes:
        maps, scores = pictures.together(parts), highest(parts, pictures)
        findings = [
            scale.finding(score, found[1], frames=len(scene.frames), notes=notes(pictures, i, card))
            for i, (score, found, scene) in enumerate(zip(scores, maps, pictures.scenes, strict=True))
        ]
        drawn = [drawing(found, pictures, i, scale) for i, found in enumerate(maps)]
        return body(form, drawn, show, {**facts, "findings": findings})

    facts = {
        "fit": fit.value,
        "false_positive_rate": rate,
        "normals": len(scale.calibration.scores),
        "calibration": scale.calibration.data,
        "full_scale": scale.full,
    }
    whole = replace(form, floats=True, render=array, join=join)
    order = looking_at_frames(runtime, operation, pictures, whole, facts=facts)
    return replace(order, terms=(*pictures.terms, rate, show.value, scale.calibration.model_dump_json()))


def scale_of(runtime: Runtime, card: Card, rate: float) -> Scale:
    """Raises CalibrationMissing where nothing says what a score means."""
    if card.calibration is None:
        raise CalibrationMissing(
            f"{card.id} has scores of no held-out normals: `zerosum calibrate {card.id} --data folder:NORMALS`"
        )
    return Scale(card.calibration, rate, runtime.get(card.id, AnomalyScorer).full_scale)


def highest(parts: Sequence[Floats], pictures: Framed) -> list[float]:
    """The score of an image is the highest of its frames; it fills a channel of each."""
    of_frames = np.concatenate([part[:, 0, 0, 0] for part in parts])
    ends = np.cumsum([len(scene.frames) for scene in pictures.scenes])
    return [float(scores.max()) for scores in np.split(of_frames, ends[:-1])]


def notes(pictures: Framed, image: int, card: Card) -> list[str]:
    """What is odd about an image before any network looks."""
    found = []
    seen, size = pictures.picture(image), codec.size_of(pictures.files[image], max_pixels=pictures.max_pixels)
    if float(seen.max()) == float(seen.min()):
        found.append("the image is constant: there is nothing to see in it")
    if size != pictures.scenes[image].size:
        (h, w), (height, width) = size, pictures.scenes[image].size
        found.append(
            f"the image is {w}x{h} and was seen at {width}x{height}; {card.id} learned images at their own scale"
        )
    return found


@dataclass(frozen=True)
class Drawn:
    """One image as the answer shows it: levels h w; the others h w c."""

    heatmap: NDArray[np.uint8]
    overlay: codec.Pixels
    reconstruction: codec.Pixels

    def png(self, show: Show) -> bytes:
        """A file of one of them."""
        if show is Show.heatmap:
            return codec.indexed(self.heatmap[None], COLOURS)[0]
        return codec.pngs((self.overlay if show is Show.overlay else self.reconstruction)[None])[0]

    def cells(self, show: Show) -> codec.Pixels:
        """h w c, for a sheet."""
        if show is Show.heatmap:
            return self.heatmap[..., None]
        return self.overlay if show is Show.overlay else self.reconstruction


def drawing(found: Floats, pictures: Framed, image: int, scale: Scale) -> Drawn:
    """(1 + 1 + c) h w: score, heat and reconstruction."""
    levels = scale.levels(found[1])
    pixels = codec.to_uint8(pictures.picture(image)).numpy()[0]
    mixed: codec.Pixels = ((pixels.astype(np.uint16) + COLOURS[levels]) // 2).astype(np.uint8)
    redrawn = codec.to_uint8(torch.from_numpy(np.ascontiguousarray(found[None, 2:]))).numpy()[0]
    return Drawn(levels, mixed, redrawn)


def body(form: Form, drawn: Sequence[Drawn], show: Show, facts: Mapping[str, Any]) -> bytes:
    """JSON has everything; PNG and ZIP have what `show` says."""
    if form is JSON:
        others = {
            f"{kind.value}s": [codec.base64_of(each.png(kind)) for each in drawn]
            for kind in (Show.overlay, Show.reconstruction)
        }
        return codec.document([each.png(Show.heatmap) for each in drawn], {**facts, **others})
    if form is ZIP:
        return codec.archive([each.png(show) for each in drawn], facts)
    sheet = on_one_canvas([each.cells(show) for each in drawn])
    if show is Show.heatmap:
        return codec.indexed(sheet[None, ..., 0], COLOURS)[0]
    return codec.pngs(sheet[None])[0]

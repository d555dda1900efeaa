"""A request for the images between images to an order."""

from dataclasses import replace

import torch

from app import codec
from app.answering.drawing import bounded, drawing
from app.answering.forms import Form
from app.answering.order import Order, digest
from app.answering.styling import Stylist, spread, styling
from app.latent.paths import Path
from app.latent.points import endpoint, style_of
from app.latent.schemas import InterpolateRequest
from app.runtime import Runtime
from models.capabilities import Sampler, StyleSampler
from models.errors import LatentInvalid
from models.tensors import Styles

STRIP = 16  # so many images are shown side by side; more make a grid


def order_of(runtime: Runtime, asked: InterpolateRequest, form: Form) -> Order:
    """Images along the path through the endpoints. Raises LatentInvalid, CodeUnknown, CodeInvalid and others."""
    prior = runtime.get(asked.model, Sampler).prior
    bounded(runtime, "frames", asked.frames)
    if asked.frames < len(asked.endpoints):
        raise LatentInvalid(f"frames is {asked.frames}; {len(asked.endpoints)} endpoints need as many at least")
    if asked.space == "w":
        return through_styles(runtime, asked, form)
    endpoints = torch.cat([endpoint(prior, i, each) for i, each in enumerate(asked.endpoints)])
    path = Path(endpoints, asked.frames, prior.dim)
    return drawing(
        runtime,
        asked.model,
        form,
        count=asked.frames,
        columns=columns(asked.frames),
        truncation=asked.truncation,
        latents=path.latents,
        terms=("path", digest(endpoints.numpy().tobytes())),
        facts={},
        details=lambda: {"stops": path.stops},
    )


def through_styles(runtime: Runtime, asked: InterpolateRequest, form: Form) -> Order:
    """The same in w, where ways are straight."""
    network = runtime.get(asked.model, StyleSampler)
    stylist = Stylist(network, asked.truncation)
    ends = [style_of(stylist, i, each) for i, each in enumerate(asked.endpoints)]
    straight = Path(torch.empty(len(ends), 0), asked.frames, 0)

    def styles(rows: range) -> Styles:
        path = replace(straight, endpoints=torch.cat([end() for end in ends]))
        return spread(path.latents(rows), network.layers)

    return styling(
        runtime,
        asked.model,
        form,
        count=asked.frames,
        columns=columns(asked.frames),
        truncation=asked.truncation,
        styles=styles,
        terms=("w", *(each.model_dump_json() for each in asked.endpoints)),
        facts={},
        details=lambda: {"stops": straight.stops},
    )


def columns(frames: int) -> int:
    """A strip, or a grid."""
    return frames if frames <= STRIP else codec.square(frames)

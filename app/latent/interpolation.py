"""A request for the images between images to an order."""

import torch

from app import codec
from app.answering.drawing import bounded, drawing
from app.answering.forms import Form
from app.answering.order import Order, digest
from app.latent.paths import Path
from app.latent.points import endpoint
from app.latent.schemas import InterpolateRequest
from app.runtime import Runtime
from models.capabilities import Sampler
from models.errors import LatentInvalid

STRIP = 16  # so many images are shown side by side; more make a grid


def order_of(runtime: Runtime, asked: InterpolateRequest, form: Form) -> Order:
    """Images along the path through the endpoints. Raises LatentInvalid, CodeUnknown, CodeInvalid and others."""
    prior = runtime.get(asked.model, Sampler).prior
    bounded(runtime, "frames", asked.frames)
    if asked.frames < len(asked.endpoints):
        raise LatentInvalid(f"frames is {asked.frames}; {len(asked.endpoints)} endpoints need as many at least")
    endpoints = torch.cat([endpoint(prior, i, each) for i, each in enumerate(asked.endpoints)])
    path = Path(endpoints, asked.frames, prior.dim)
    return drawing(
        runtime,
        asked.model,
        form,
        count=asked.frames,
        columns=asked.frames if asked.frames <= STRIP else codec.square(asked.frames),
        truncation=asked.truncation,
        latents=path.latents,
        terms=("path", digest(endpoints.numpy().tobytes())),
        facts={},
        details=lambda: {"stops": path.stops},
    )

"""A request for images of latents to an order."""

from app import codec
from app.answering.drawing import bounded, drawing
from app.answering.forms import Form
from app.answering.order import Order, digest
from app.answering.styling import Stylist, spread, styling
from app.latent.points import given, styles_given
from app.latent.schemas import DecodeRequest
from app.runtime import Runtime
from models.capabilities import Sampler, StyleSampler


def order_of(runtime: Runtime, asked: DecodeRequest, form: Form) -> Order:
    """An image of each latent. Raises LatentInvalid and what a model that cannot take the order raises."""
    prior, count = runtime.get(asked.model, Sampler).prior, len(asked.latents)
    bounded(runtime, "the number of latents", count)
    if asked.space == "w":
        return of_styles(runtime, asked, form)
    z = given(prior, asked.latents, "latent")
    return drawing(
        runtime,
        asked.model,
        form,
        count=count,
        columns=codec.square(count),
        truncation=asked.truncation,
        latents=lambda rows: z[rows.start : rows.stop],
        terms=("latents", digest(z.numpy().tobytes())),
        facts={},
    )


def of_styles(runtime: Runtime, asked: DecodeRequest, form: Form) -> Order:
    """An image of each style, the same in all layers."""
    network, count = runtime.get(asked.model, StyleSampler), len(asked.latents)
    w, stylist = styles_given(network, asked.latents, "latent"), Stylist(network, asked.truncation)
    return styling(
        runtime,
        asked.model,
        form,
        count=count,
        columns=codec.square(count),
        truncation=asked.truncation,
        styles=lambda rows: spread(stylist.towards_mean(w[rows.start : rows.stop]), network.layers),
        terms=("styles", digest(w.numpy().tobytes())),
        facts={},
    )

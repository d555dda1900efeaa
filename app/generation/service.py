"""An order in, bytes out. A seeded order is a pure function, so its answer has a name, and is computed once."""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor

from app import codec
from app.engine.call import Call, Operation
from app.engine.patience import patience
from app.errors import DeadlineExceeded, NotAcceptable, TooManyImages
from app.generation.accept import choose
from app.generation.forms import FORMS, Form
from app.generation.schemas import GenerateFacts
from app.runtime import Runtime
from models.capabilities import Sampler
from models.card import ImageSpec
from models.tensors import Latents, Scores

OFFERS = tuple(FORMS)
EDITION = 1  # raised when equal orders come to give other bytes, so that old ETags lapse


@dataclass(frozen=True)
class Order:
    """A request whose seed is settled, and the form of its answer."""

    model: str
    count: int
    seed: int
    truncation: float
    form: Form


def form_of(accept: str) -> Form:
    """The form that a client would rather have. Raises NotAcceptable, naming those there are."""
    media_type = choose(accept, OFFERS)
    if media_type is None:
        raise NotAcceptable(f"Accept is {accept[:80]!r}; the answer can be {', '.join(OFFERS)}")
    return FORMS[media_type]


def facts_of(runtime: Runtime, order: Order) -> dict[str, Any]:
    """What the answer to an order says of itself. Raises what a model that cannot take the order raises."""
    runtime.get(order.model, Sampler)
    if order.count > runtime.settings.max_images:
        raise TooManyImages(
            f"num_images is {order.count}; one request may ask for at most {runtime.settings.max_images}"
        )
    card = runtime.card(order.model)
    output = cast(ImageSpec, card.output)  # a sampler without one is refused when it is loaded
    facts = GenerateFacts(
        model=card.id,
        weights=card.sha256,
        seed=order.seed,
        count=order.count,
        truncation=order.truncation,
        width=output.width,
        height=output.height,
        channels=output.channels,
        columns=codec.columns(order.count),
    )
    return facts.model_dump()


def etag_of(runtime: Runtime, order: Order) -> str:
    """The strong ETag of the answer: of everything that decides its bytes."""
    names = (EDITION, codec.ENCODER, order.form.media_type, order.count, order.seed, order.truncation)
    key = f"{runtime.fingerprint(order.model)} {order.model} {' '.join(map(str, names))}"
    return f'"{hashlib.sha256(key.encode()).hexdigest()[:32]}"'


async def generate(
    runtime: Runtime, order: Order, facts: dict[str, Any], etag: str | None, *, gone: asyncio.Future[None]
) -> bytes:
    """The answer's bytes: kept ones, those that an equal request waits for already, or new ones.

    Without an ETag the order shares its answer with nobody.
    """
    if etag is not None:
        kept = runtime.answers.get(etag)
        runtime.observer.cache_answered(order.model, hit=kept is not None)
        if kept is not None:
            return kept
    with runtime.flights.join(
        etag or object(), lambda: runtime.engine.submit(call_of(runtime, order, facts))
    ) as future:
        try:
            body = await patience(future, gone=gone, seconds=runtime.settings.deadline_seconds)
        except DeadlineExceeded:
            runtime.observer.shed(order.model, "deadline")
            raise
    if etag is not None:
        runtime.answers.put(etag, body)
    return body


def call_of(runtime: Runtime, order: Order, facts: dict[str, Any]) -> Call[Any, bytes]:
    """The work of an order. Rows of different seeds and truncations share batches."""
    network, form = runtime.get(order.model, Sampler), order.form

    def prepare(rows: range) -> tuple[Latents, Scores]:
        return network.prior.draw(seed=order.seed, rows=rows), torch.full((len(rows),), order.truncation)

    def pixels(z: Latents, psi: Scores) -> Tensor:
        return codec.to_uint8(network.sample(z, psi))

    forward, name = (network.sample, "sample float32") if form.floats else (pixels, "sample uint8")
    return Call(
        operation=Operation(order.model, name, forward, runtime.buckets(order.model)),
        rows=order.count,
        row_cost=facts["width"] * facts["height"],
        prepare=prepare,
        render=form.render,
        join=lambda parts: form.join(parts, facts),
    )

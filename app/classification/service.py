"""Images that a client sends to an order for the names of what they show."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import orjson
import torch
from numpy.typing import NDArray

from app.answering.forms import JSON, array
from app.answering.looking import looking
from app.answering.order import Order
from app.answering.pictures import Pictures
from app.operations import CLASSIFY
from app.runtime import Runtime
from models.errors import CardInvalid
from models.tensors import Logits

Facts = Mapping[str, Any]
Parts = list[NDArray[np.float32]]


def order_of(runtime: Runtime, model: str, pictures: Pictures, *, top: int) -> Order:
    """The `top` likeliest classes of each image; all of them where there are fewer."""
    operation = runtime.operation(model, CLASSIFY)
    labels = runtime.card(model).labels
    form = replace(JSON, floats=True, render=array, join=partial(named, labels))
    order = looking(runtime, operation, pictures, form, facts={"top": min(top, len(labels))})
    return replace(order, terms=(*pictures.terms, top))


def named(labels: Sequence[str], parts: Parts, facts: Facts) -> bytes:
    """JSON."""
    logits = torch.from_numpy(np.concatenate(parts))
    return orjson.dumps({**facts, "predictions": predictions(labels, logits, top=facts["top"])})


def predictions(labels: Sequence[str], logits: Logits, *, top: int) -> list[list[dict[str, Any]]]:
    """For each row its likeliest classes; of equals the first. Raises CardInvalid when names are missing."""
    if len(labels) != logits.shape[1]:
        raise CardInvalid(f"card.json: labels: {len(labels)} names for {logits.shape[1]} classes")
    probabilities = logits.double().softmax(dim=1)
    order = probabilities.argsort(dim=1, descending=True, stable=True)[:, :top]
    return [
        [{"label": labels[i], "index": i, "probability": p} for i, p in zip(indices, found, strict=True)]
        for indices, found in zip(order.tolist(), probabilities.gather(1, order).tolist(), strict=True)
    ]

"""Images that a client sends to an order for their latents and codes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import orjson
import torch
from numpy.typing import NDArray

from app.answering.codes import codes_known, codes_of, column_names, read_codes
from app.answering.forms import JSON, array
from app.answering.looking import looking
from app.answering.order import Order
from app.answering.pictures import Pictures
from app.operations import ENCODE, READ
from app.runtime import Runtime
from models.capabilities import Sampler
from models.codes import Code
from models.priors import Prior

Facts = Mapping[str, Any]
Parts = list[NDArray[np.float32]]


def order_of(runtime: Runtime, model: str, pictures: Pictures) -> Order:
    """The latents of images; the codes alone from a model that reads codes but encodes nothing."""
    join: Callable[[Parts, Facts], bytes]
    if {"encoder", "code-reader"} & set(runtime.card(model).capabilities) == {"code-reader"}:
        operation, join = runtime.operation(model, READ), partial(read, codes_known(runtime, model))
    else:
        operation = runtime.operation(model, ENCODE)
        join = partial(encoded, runtime.get(model, Sampler).prior)
    return looking(runtime, operation, pictures, replace(JSON, floats=True, render=array, join=join), facts={})


def encoded(prior: Prior, parts: Parts, facts: Facts) -> bytes:
    """JSON: latents with the names of their columns, and the codes among these."""
    z = torch.from_numpy(np.concatenate(parts))
    codes = read_codes(codes_of(prior), z[:, prior.dim :])
    return orjson.dumps({**facts, "columns": column_names(prior), "latents": z.tolist(), "codes": codes})


def read(codes: Sequence[Code], parts: Parts, facts: Facts) -> bytes:
    """JSON: codes."""
    told = read_codes(codes, torch.from_numpy(np.concatenate(parts)))
    return orjson.dumps({**facts, "columns": None, "latents": None, "codes": told})

"""Images that a client sends to an order for what a classifier sees of them behind a defence."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from torch import Tensor

from app.answering.forms import JSON, array
from app.answering.looking import looking
from app.answering.order import Order
from app.answering.pictures import Pictures
from app.answering.shields import Shield
from app.classification.service import named
from app.engine.buckets import ONE
from app.engine.call import Inputs, Operation
from app.runtime import Runtime
from models.capabilities import Classifier
from models.streams import Keys, keys
from models.tensors import Images
from models.victim import Bare


def defended_order(runtime: Runtime, model: str, pictures: Pictures, *, top: int, shield: Shield, seed: int) -> Order:
    """The `top` likeliest classes of each image as the defence leaves it; image i draws from stream i of the seed.

    One image at a time: a row then has the same bits whoever else is asked about. Raises as the runtime does.
    """
    victim, labels = shield.before(Bare(runtime.get(model, Classifier))), runtime.card(model).labels

    def forward(x: Images, key: Keys) -> Tensor:
        return victim.logits(x, key)

    operation = Operation(model, f"classify behind {shield.kind.name} {shield.value:g}", forward, ONE)
    form = replace(JSON, floats=True, render=array, join=partial(named, labels))
    told: Mapping[str, Any] = {"defence": shield.kind.name, "value": shield.value, "seed": seed}
    facts = {"top": min(top, len(labels)), **told}
    order = looking(runtime, operation, pictures, form, facts=facts, passes=victim.passes)

    def prepare(rows: range) -> Inputs:
        return (*order.prepare(rows), keys(seed, rows))

    return replace(order, terms=(*pictures.terms, top, shield.terms, seed), prepare=prepare)

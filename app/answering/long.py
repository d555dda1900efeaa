"""Orders whose work takes many slices of a lane."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import torch

from app import codec
from app.answering.forms import Form
from app.answering.order import Order
from app.answering.pictures import Pictures
from app.engine.buckets import ONE
from app.engine.call import Operation
from app.engine.work import Work
from app.runtime import Runtime
from models.card import ImageSpec
from models.tensors import Images

News = tuple[str, dict[str, Any]]  # what happened meanwhile, and its data
Tell = Callable[[News], None]  # called in a lane, which waits for nobody
Found = tuple[Images, dict[str, Any]]  # the images of the answer, and what its JSON tells besides the facts


@dataclass(frozen=True, kw_only=True)
class LongOrder(Order):
    """`work` is started when the order begins."""

    work: Callable[[], Work[Found]]

    def begin(self, runtime: Runtime) -> asyncio.Future[bytes]:
        """A task, which ends at its next slice once it is cancelled."""
        model, name = self.operation.model, self.operation.name
        return runtime.engine.work(self._drawn(), model=model, name=name, cost=self.rows * self.row_cost)

    def _drawn(self) -> Work[bytes]:
        """The work, then its body."""
        images, told = yield from self.work()
        rows = images if self.form.floats else codec.to_uint8(images)
        return self.form.join([self.form.render(rows)], {**self.facts, **told})


def long_order(
    runtime: Runtime,
    model: str,
    name: str,
    pictures: Pictures,
    form: Form,
    *,
    terms: tuple[object, ...],
    facts: Mapping[str, Any],
    steps: int,
    spec: ImageSpec | None = None,
    work: Callable[[Callable[[], Images]], Work[Found]],
) -> LongOrder:
    """`work` gets a function that decodes the pictures; `terms` are whatever else decides the answer.

    `steps` bounds the passes that each picture takes; `spec` is what it takes them at, the model's input if None.
    """
    card = runtime.card(model)
    size, count = spec or cast(ImageSpec, card.input), len(pictures.files)  # who takes images has one, or is not loaded

    def decoded() -> Images:
        return pictures.decode(range(count), size, max_pixels=runtime.settings.max_pixels).to(runtime.device)

    return LongOrder(
        operation=Operation(model, name, lambda nothing: nothing, ONE),
        form=form,
        terms=(*pictures.terms, *terms),
        facts={"model": card.id, "weights": card.sha256, "count": count, **facts},
        rows=count,
        row_cost=size.width * size.height * steps,
        prepare=lambda rows: (torch.zeros(len(rows)),),
        work=lambda: work(decoded),
    )

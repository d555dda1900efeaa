"""An order in, bytes out. Most orders are pure functions, so their answers have names, and are computed once."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app import codec
from app.answering.forms import Form
from app.engine.call import Call, Inputs, Operation
from app.engine.patience import patience
from app.errors import DeadlineExceeded
from app.runtime import Runtime

EDITION = 2  # raised when equal orders come to give other bytes, so that old ETags lapse


@dataclass(frozen=True, kw_only=True)
class Order:
    """A request that is settled to the last number.

    Orders of one operation and form whose `terms` are equal have equal answers; without terms an answer is shared with
    nobody. `facts` go with every form, `details` only into those that tell facts, and are worked out in a lane.
    """

    operation: Operation
    form: Form
    terms: tuple[object, ...] | None
    facts: Mapping[str, Any]
    details: Callable[[], Mapping[str, Any]] = field(default=dict)
    rows: int
    row_cost: int
    prepare: Callable[[range], Inputs]

    @property
    def call(self) -> Call[Any, bytes]:
        """The work of it."""
        return Call(
            operation=self.operation,
            rows=self.rows,
            row_cost=self.row_cost,
            prepare=self.prepare,
            render=self.form.render,
            join=self.join,
        )

    def begin(self, runtime: Runtime) -> asyncio.Future[bytes]:
        """Has it done. Raises as the engine does."""
        return runtime.engine.submit(self.call)

    def join(self, parts: list[Any]) -> bytes:
        """The body of the answer."""
        return self.form.join(parts, {**self.facts, **(self.details() if self.form.tells else {})})


def etag_of(runtime: Runtime, order: Order) -> str | None:
    """The strong ETag of the answer: of everything that decides its bytes."""
    if order.terms is None:
        return None
    names = (EDITION, codec.ENCODER, order.form.media_type, runtime.fingerprint(order.operation), order.terms)
    return f'"{digest(repr(names).encode())[:32]}"'


def digest(data: bytes) -> str:
    """A short name of long data."""
    return hashlib.sha256(data).hexdigest()


async def fulfil(runtime: Runtime, order: Order, etag: str | None, *, gone: asyncio.Future[None]) -> bytes:
    """The answer's bytes: kept ones, those that an equal request waits for already, or new ones."""
    model = order.operation.model
    if etag is not None:
        kept = runtime.answers.get(etag)
        runtime.observer.cache_answered(model, hit=kept is not None)
        if kept is not None:
            return kept
    with runtime.flights.join(etag or object(), lambda: order.begin(runtime)) as future:
        try:
            body = await patience(future, gone=gone, seconds=runtime.settings.deadline_seconds)
        except DeadlineExceeded:
            runtime.observer.shed(model, "deadline")
            raise
    if etag is not None:
        runtime.answers.put(etag, body)
    return body

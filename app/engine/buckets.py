"""The batch sizes that an operation runs at.

A row must come out with the same bits whoever else is in its batch. Sums are not associative, and torch picks its
kernels by shape, so a batch size is used only where its rows were *seen* to equal those of the reference size: one row
on a CPU, where a lone request should be quick and large batches gain little; the largest batch on a GPU, where the
rows that fill it up cost next to nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import torch
from torch import Tensor

TURN_SECONDS = 0.25  # a batch that takes longer keeps everyone else waiting
TRIES = 9
LOOKS = 16  # rows, a power of two, that each size is tried on


@dataclass(frozen=True)
class Buckets:
    """Ascending sizes; `pads` says that filling up a batch is cheaper than running a second one."""

    sizes: tuple[int, ...]
    pads: bool

    def take(self, waiting: int) -> int:
        """How many of the waiting rows the next batch takes."""
        fitting = bisect_right(self.sizes, waiting)
        if self.pads or not fitting:
            return min(waiting, self.sizes[-1])
        return self.sizes[fitting - 1]

    def run(self, rows: int) -> int:
        """The size that a batch of so many rows runs at."""
        return self.sizes[bisect_left(self.sizes, rows)]


ONE = Buckets((1,), pads=False)


def powers(limit: int) -> list[int]:
    """1, 2, 4 ... up to the limit."""
    return [2**exponent for exponent in range(limit.bit_length())]


def measure(
    forward: Callable[..., Tensor],
    inputs: tuple[Tensor, ...],
    *,
    limit: int,
    pads: bool,
    turn: float = TURN_SECONDS,
) -> Buckets:
    """The sizes up to `limit` that this operation may run at on this device; warms each of them.

    `inputs` are LOOKS rows or more: in a few rows two kernels may agree by chance.
    """
    limit = largest(forward, inputs, limit=limit, turn=turn)
    reference, looks = limit if pads else 1, max(limit, LOOKS)

    def rows(size: int, stop: int) -> Tensor:
        return torch.cat([forward(*(x[at : at + size] for x in inputs)) for at in range(0, stop, size)])

    truth = rows(reference, looks)

    def same(size: int) -> bool:
        stop = max(size, LOOKS)
        return size == reference or torch.equal(rows(size, stop), truth[:stop])

    return Buckets(tuple(size for size in powers(limit) if same(size)), pads)


def largest(forward: Callable[..., Tensor], inputs: tuple[Tensor, ...], *, limit: int, turn: float) -> int:
    """The largest power of two up to `limit` that takes no longer than a turn."""
    row = tuple(x[:1] for x in inputs)
    best = spent = seconds(forward, row)  # the first call pays for what is set up once
    for _ in range(TRIES):  # a busy machine at start must not make every later batch small
        if spent < turn:
            best = min(best, lap := seconds(forward, row))
            spent += lap
    return powers(max(1, min(limit, int(turn / best))))[-1]


def seconds(forward: Callable[..., Tensor], inputs: tuple[Tensor, ...]) -> float:
    """How long one call takes."""
    started = perf_counter()
    forward(*inputs)[:1].cpu()  # a GPU is still at it when forward returns
    return perf_counter() - started

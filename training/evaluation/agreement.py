"""Does a conditional sampler draw what it was asked for? An independent classifier reads its samples."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.capabilities import ConditionalSampler
from models.codes import Code
from training.evaluation.draws import BATCH, pictures
from training.evaluation.extractor import Extractor
from training.evaluation.report import Row, Section
from training.metrics.accuracy import wilson
from training.metrics.estimate import Estimate

EACH = 1000  # samples of a value


@dataclass(frozen=True)
class Agreement:
    """How often each value of a code, asked for, was read as each: k x k counts."""

    code: Code
    counts: Tensor

    @property
    def n(self) -> int:
        """Samples in all."""
        return int(self.counts.sum())

    @property
    def shares(self) -> list[float]:
        """The share of each value's samples that are read as that value."""
        return [float(share) for share in self.counts.diagonal().double() / self.counts.sum(dim=1)]


def readable(network: object, extractor: Extractor) -> Code | None:
    """The code whose values the extractor's classifier knows, where the network has one."""
    if not isinstance(network, ConditionalSampler):
        return None
    return next((code for code in network.codes if code.values == extractor.card.labels), None)


@torch.inference_mode()
def agreement(network: ConditionalSampler, code: Code, extractor: Extractor, *, each: int = EACH) -> Agreement:
    """`each` samples of every value, of rows of seed 0; other codes at random."""
    counts = torch.zeros(code.width, code.width, dtype=torch.int64)
    for index, value in enumerate(code.values):
        named = extractor.view(torch.cat(list(asked(network, code, value, each=each, first=index * each)))).logits
        counts[index] = torch.bincount(named.argmax(dim=1), minlength=code.width)
    return Agreement(code, counts)


def asked(network: ConditionalSampler, code: Code, value: str, *, each: int, first: int) -> Sequence[Tensor]:
    """Samples of one value as bytes, batch by batch."""
    parts = []
    for start in range(first, first + each, BATCH):
        rows = range(start, min(start + BATCH, first + each))
        z = network.prior.choose(network.prior.draw(seed=0, rows=rows), {code.name: [value] * len(rows)})
        parts.append(pictures(network, z, what=f"{code.name} {value}: rows {start}.."))
    return parts


def classes(asked: Agreement) -> Section:
    """The table of a report."""
    rows = [line(f"{asked.code.name} (all)", int(asked.counts.diagonal().sum()), asked.n)]
    for index, value in enumerate(asked.code.values):
        rows.append(line(value, int(asked.counts[index, index]), int(asked.counts[index].sum())))
    return Section("read as what was asked for", tuple(rows), "low and high: 95 % score interval (Wilson)")


def line(name: str, right: int, n: int) -> Row:
    """One value."""
    low, high = wilson(right, n)
    return Row(name, n, {"agreement": Estimate(right / n), "low": Estimate(low), "high": Estimate(high)})

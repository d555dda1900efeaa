"""Does a conditional sampler draw what it was asked for? An independent classifier reads its samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import torch
from torch import Tensor

from models.capabilities import ConditionalSampler
from models.codes import Code
from training.evaluation.extractor import Extractor, View
from training.evaluation.report import Row, Section
from training.metrics.accuracy import wilson
from training.metrics.estimate import Estimate


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
    def share(self) -> float:
        """The share of all samples that are read as asked."""
        return int(self.counts.diagonal().sum()) / self.n

    @property
    def rarest(self) -> int:
        """How many samples the value asked for least often has."""
        return int(self.counts.sum(dim=1).min())

    @property
    def worst(self) -> float:
        """The lowest share among the values that were asked for."""
        asked = self.counts.sum(dim=1)
        return float((self.counts.diagonal().double() / asked)[asked > 0].min())


def agreements(network: object, view: View, extractor: Extractor, *, seed: int) -> list[Agreement]:
    """For every code that both know: the view holds rows 0.. of the seed, codes as the prior draws them."""
    if not isinstance(network, ConditionalSampler):
        return []
    z = network.prior.draw(seed=seed, rows=range(len(view)))
    found = []
    for code in network.codes:
        for head, known in zip(view.heads, extractor.codes, strict=True):
            if known.values == code.values and (known.name == code.name or len(extractor.codes) == 1):
                asked = z[:, network.prior.columns(code.name)].argmax(dim=1)
                pairs = asked * code.width + head.argmax(dim=1)
                counts = torch.bincount(pairs, minlength=code.width**2).reshape(code.width, code.width)
                found.append(Agreement(code, counts))
    return found


def together(seeds: Sequence[list[Agreement]]) -> list[Agreement]:
    """The counts of several seeds as one."""
    return [
        Agreement(same[0].code, reduce(torch.add, (one.counts for one in same))) for same in zip(*seeds, strict=True)
    ]


def section(asked: Agreement) -> Section:
    """The table of a report."""
    rows = [line("all", int(asked.counts.diagonal().sum()), asked.n)]
    for index, value in enumerate(asked.code.values):
        if n := int(asked.counts[index].sum()):
            rows.append(line(value, int(asked.counts[index, index]), n))
    return Section(f"{asked.code.name}: read as asked", tuple(rows), "low and high: 95 % score interval (Wilson)")


def line(name: str, right: int, n: int) -> Row:
    """One value."""
    low, high = wilson(right, n)
    return Row(name, n, {"agreement": Estimate(right / n), "low": Estimate(low), "high": Estimate(high)})

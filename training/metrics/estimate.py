"""A number and how far to trust it."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A value; `error` is one standard error or deviation, as the place that prints it says, or None."""

    value: float
    error: float | None = None


def mean_and_deviation(values: Sequence[float]) -> Estimate:
    """The mean of repeats and the standard deviation of one of them."""
    return Estimate(statistics.fmean(values), statistics.stdev(values) if len(values) > 1 else None)


def mean_and_error(values: Sequence[float]) -> Estimate:
    """The mean of repeats and its own standard error."""
    spread = mean_and_deviation(values)
    return spread if spread.error is None else Estimate(spread.value, spread.error / len(values) ** 0.5)

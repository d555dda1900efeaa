"""Codes as clients name them, and as columns of latents: models/codes.py."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, cast

from app.runtime import Runtime
from models.codes import Code
from models.priors import CodedPrior, Prior
from models.tensors import Latents

CODED = {"conditional-sampler", "code-reader"}


class Coded(Protocol):
    """What models of these capabilities have."""

    @property
    def codes(self) -> tuple[Code, ...]:
        """Codes that it is drawn by, or reads."""


def codes_known(runtime: Runtime, model: str) -> tuple[Code, ...]:
    """The codes that a model is drawn by, or reads. Raises what runtime.card raises."""
    if CODED.isdisjoint(runtime.card(model).capabilities):
        return ()
    return cast(Coded, runtime.checkpoints[model].network).codes


def codes_of(prior: Prior) -> tuple[Code, ...]:
    """The codes of a prior; most have none."""
    return prior.codes if isinstance(prior, CodedPrior) else ()


def column_names(prior: Prior) -> list[str]:
    """What each column of a latent is: z0, z1 … and behind the noise each code, or each value of it."""
    names = [f"z{i}" for i in range(prior.dim)]
    for code in codes_of(prior):
        names += [f"{code.name}={value}" for value in code.values] or [code.name]
    return names


def choose(prior: Prior, z: Latents, codes: Mapping[str, Sequence[str | int | float]]) -> Latents:
    """z with these codes, one value a row. Raises CodeUnknown or CodeInvalid."""
    return (prior if isinstance(prior, CodedPrior) else CodedPrior(prior.dim, ())).choose(z, codes)


def read_codes(codes: Sequence[Code], columns: Latents) -> list[dict[str, dict[str, Any]]]:
    """For each row the value of each code, and how probable each value is where there are several."""
    return [dict(read_row(codes, row)) for row in columns.tolist()]


def read_row(codes: Sequence[Code], row: list[float]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The codes of one row, by name."""
    start = 0
    for code in codes:
        numbers = row[start : start + code.width]
        start += code.width
        if code.values:
            best = max(range(code.width), key=numbers.__getitem__)
            probabilities = dict(zip(code.values, numbers, strict=True))
            yield code.name, {"value": code.values[best], "probabilities": probabilities}
        else:
            yield code.name, {"value": numbers[0], "probabilities": None}

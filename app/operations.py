"""The functions of networks that lanes run, each with inputs to measure it by: see app/engine/buckets.py.

A capability that comes to be served is a row of FUNCTIONS; its batches, bounds and answers then follow by themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, cast

import torch
from torch import Tensor

from app.engine.call import Inputs, Operation
from models.capabilities import (
    AnomalyScorer,
    Classifier,
    CodeReader,
    Encoder,
    Sampler,
    Segmenter,
    StyleSampler,
    Translator,
)
from models.card import Card, ImageSpec
from models.tensors import Images


class Codec(Encoder, Sampler, Protocol):
    """What an encoder is: it samples its latents too."""


@dataclass(frozen=True)
class Function:
    """`of` finds it on a network that is of these capabilities; `example` makes so many rows, no two of them equal.

    `needs` is the field of the card that says which images go in or come out.
    """

    name: str
    capabilities: tuple[type, ...]
    needs: Literal["input", "output"]
    of: Callable[[Any], Callable[..., Tensor]]
    example: Callable[[Any, Card, int], Inputs]


def latents(network: Sampler, card: Card, rows: int) -> Inputs:  # noqa: ARG001 - the prior knows its width
    """Latents, from untouched to wholly truncated."""
    return network.prior.draw(seed=0, rows=range(rows)), torch.linspace(1, 0, rows)


def styles(network: StyleSampler, card: Card, rows: int) -> Inputs:  # noqa: ARG001 - the network knows its styles
    """One style for all layers, from untouched to wholly truncated, and the noise of the checkpoint."""
    z, psi = network.prior.draw(seed=0, rows=range(rows)).to(network.noise.device), torch.linspace(1, 0, rows)
    w = network.style(z, psi.to(z.device))
    return w[:, None].expand(-1, network.layers, -1), network.noise.expand(rows, -1)


def images(network: object, card: Card, rows: int) -> Inputs:  # noqa: ARG001 - the card knows its images
    """Noise of the size that the model takes."""
    spec = cast(ImageSpec, card.input)  # the runtime refuses a card without one
    return (torch.rand(rows, spec.channels, spec.height, spec.width, generator=torch.Generator().manual_seed(0)),)


def reconstruction(network: Codec) -> Callable[[Images], Tensor]:
    """x -> x and sample(encode(x), 1): b c h w -> b 2 c h w."""
    return lambda x: torch.stack([x, network.sample(network.encode(x), x.new_ones(len(x)))], dim=1)


def translation(network: Translator) -> Callable[[Images], Tensor]:
    """x in every direction: b c h w -> b (directions c) h w. For measuring; who translates goes one way."""
    return lambda x: torch.cat([network.translate(x, direction) for direction in network.directions], dim=1)


def inspection(network: AnomalyScorer) -> Callable[[Images], Tensor]:
    """x -> score, heat and reconstruction, one channel behind the other: b c h w -> b (1 + 1 + c) h w."""

    def inspect(x: Images) -> Tensor:
        found = network.inspect(x)
        score = found.score[:, None, None, None].expand(-1, 1, *found.heat.shape[1:])
        return torch.cat([score, found.heat[:, None], found.reconstruction], dim=1)

    return inspect


SAMPLE = Function("sample", (Sampler,), "output", lambda network: network.sample, latents)
SYNTHESISE = Function("synthesise", (StyleSampler,), "output", lambda network: network.synthesise, styles)
ENCODE = Function("encode", (Encoder,), "input", lambda network: network.encode, images)
READ = Function("read", (CodeReader,), "input", lambda network: network.read, images)
CLASSIFY = Function("classify", (Classifier,), "input", lambda network: network.classify, images)
RECONSTRUCT = Function("reconstruct", (Encoder, Sampler), "input", reconstruction, images)

SEGMENT = Function("segment", (Segmenter,), "input", lambda network: network.segment, images)
TRANSLATE = Function("translate", (Translator,), "input", translation, images)
INSPECT = Function("inspect", (AnomalyScorer,), "input", inspection, images)

FUNCTIONS = (SAMPLE, SYNTHESISE, ENCODE, READ, CLASSIFY, RECONSTRUCT, SEGMENT, TRANSLATE, INSPECT)


def then(operation: Operation, name: str, f: Callable[[Tensor], Tensor]) -> Operation:
    """The operation with f behind it. f treats each number by itself, so the batch sizes stay what they are."""
    return replace(operation, name=f"{operation.name} {name}", forward=lambda *inputs: f(operation.forward(*inputs)))

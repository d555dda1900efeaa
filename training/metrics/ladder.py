"""The sensitivity ladder: real images, damaged by known amounts. What a metric does not notice here, it cannot claim.

Every rung has n images, made from training images and rounded to 8 bits like a sample, so its figures compare with
those of samples and with the floor.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import torch
import torch.nn.functional as functional
from jaxtyping import Float, UInt8
from torch import Tensor

from models.tensors import Images, Labels

T = TypeVar("T")
Bytes = UInt8[Tensor, "b c h w"]

NOISE = (0.05, 0.1, 0.2, 0.3)  # of the full range
BLUR = (0.5, 1.0, 2.0)  # pixels


@dataclass(frozen=True)
class Rung:
    """One damaged set."""

    name: str
    images: Bytes


def to_bytes(x: Images) -> Bytes:
    """[0, 1] -> 0..255, rounded to the nearest, as every image leaves the server."""
    return (x.clamp(0, 1) * 255).round().to(torch.uint8)


def noisy(x: Bytes, sigma: float, generator: torch.Generator) -> Bytes:
    """White Gaussian noise."""
    return to_bytes(x / 255 + sigma * torch.randn(x.shape, generator=generator))


def blurred(x: Bytes, sigma: float) -> Bytes:
    """A Gaussian blur, edges repeated."""
    reach = max(1, round(3 * sigma))
    line: Float[Tensor, " taps"] = torch.exp(-(torch.arange(-reach, reach + 1.0) ** 2) / (2 * sigma**2))
    kernel = (line[:, None] * line / line.sum() ** 2).expand(x.shape[1], 1, -1, -1)
    padded = functional.pad(x / 255, (reach, reach, reach, reach), mode="replicate")
    return to_bytes(functional.conv2d(padded, kernel, groups=x.shape[1]))


def ladder(train: Bytes, labels: Labels, *, n: int, seed: int = 0) -> tuple[Rung, ...]:
    """The rungs, n images each; where dropping classes leaves fewer, some are drawn twice.

    With images of a single class there is none to drop, and no such rung.
    """
    generator = torch.Generator().manual_seed(seed)

    def some(rows: Tensor) -> Tensor:
        if len(rows) < n:
            return rows[torch.randint(len(rows), (n,), generator=generator)]
        return rows[torch.randperm(len(rows), generator=generator)[:n]]

    everything = torch.arange(len(train))
    base = train[some(everything)]
    classes = labels.unique()
    dropped = {"one class dropped": classes[0], "half the classes dropped": classes[(len(classes) - 1) // 2]}
    one_each = torch.stack([everything[labels == one][0] for one in classes])
    return (
        *(Rung(f"noise {sigma:g}", noisy(base, sigma, generator)) for sigma in NOISE),
        *(Rung(f"blur {sigma:g} px", blurred(base, sigma)) for sigma in BLUR),
        *(Rung(name, train[some(everything[labels > last])]) for name, last in dropped.items() if last < classes[-1]),
        Rung(f"{len(classes)} images, copied", train[one_each.repeat(-(-n // len(classes)))[:n]]),
    )


def memorised(train: Bytes, *, n: int, seed: int = 0) -> Rung:
    """What a model that repeats its training images would answer: n of them, drawn with replacement."""
    rows = torch.randint(len(train), (n,), generator=torch.Generator().manual_seed(seed))
    return Rung("memorised train", train[rows])


def climb(rungs: Iterable[Rung], score: Callable[[Bytes], T]) -> dict[str, T]:
    """Any metric on every rung."""
    return {rung.name: score(rung.images) for rung in rungs}

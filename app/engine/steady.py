"""Kernels whose rows do not depend on how many there are.

With one thread, most of torch's kernels give a row the same bits in any batch; three do not. MKL splits the sums of a
matrix product by its number of rows. oneDNN convolves a lone image of a small map with many channels by another
algorithm than two of them. And `sigmoid` computes what does not fill a pair of vector registers by another
approximation, so the last pixels of a batch round differently. All are cured by shapes that do not change.
app/engine/buckets.py tests the result on the machine it runs on, so a kernel that is missing here costs speed, never a
bit.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor
from torch.overrides import TorchFunctionMode

BLOCK = 16  # rows of a product: fewer would read the weights too often, and a lone row takes no longer among 16
VECTOR_PAIR = 64  # floats; at least twice the widest register

_alone: dict[tuple[object, ...], bool] = {}  # shapes of convolutions whose lone images come out as those of a pair


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x W^T + b, block by block."""
    rows = len(x)
    if x.ndim != 2 or not rows:
        return functional.linear(x, weight, bias)
    blocks = functional.pad(x, (0, 0, 0, -rows % BLOCK)).split(BLOCK)
    products = [functional.linear(block, weight, bias) for block in blocks]
    return (products[0] if len(products) == 1 else torch.cat(products))[:rows]


def conv2d(x: Tensor, weight: Tensor, *args: Any, **options: Any) -> Tensor:
    """Cross-correlation. A lone image is convolved beside its copy, if it was seen to come out otherwise alone."""
    if len(x) != 1 or x.ndim != 4 or lone(x, weight, args, options):
        return functional.conv2d(x, weight, *args, **options)
    return functional.conv2d(torch.cat([x, x]), weight, *args, **options)[:1]


def lone(x: Tensor, weight: Tensor, args: tuple[Any, ...], options: Mapping[str, Any]) -> bool:
    """Whether this kernel treats one image as it treats two: looked at once for each shape, on noise."""
    settings = tuple(str(value) for value in (*args, *sorted(options.items())) if isinstance(value, tuple | int | str))
    back = x.requires_grad and torch.is_grad_enabled()  # another kernel leads back
    key = (x.shape, x.stride(), x.dtype, weight.shape, weight.stride(), settings, back)
    if key not in _alone:
        noise = torch.rand_like(torch.cat([x, x])).requires_grad_(back)
        pair, first = (functional.conv2d(each, weight, *args, **options) for each in (noise, noise[:1]))
        same = torch.equal(pair[:1], first)
        if same and back:
            slope = torch.rand_like(pair)
            two, one = (torch.autograd.grad(y, noise, slope[: len(y)])[0][:1] for y in (pair, first))
            same = torch.equal(two, one)
        _alone[key] = same
    return _alone[key]


def sigmoid(x: Tensor) -> Tensor:
    """1 / (1 + e^-x)."""
    size = x.numel()
    if size % VECTOR_PAIR == 0:
        return torch.sigmoid(x)
    padded = x.new_zeros(size + -size % VECTOR_PAIR)
    padded[:size].view(x.shape).copy_(x)
    return torch.sigmoid(padded)[:size].view(x.shape)


STEADY: dict[Callable[..., Any], Callable[..., Any]] = {
    functional.linear: linear,
    functional.conv2d: conv2d,
    torch.sigmoid: sigmoid,
}


class Steady(TorchFunctionMode):
    """While it is entered, this thread computes with the kernels above."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """What torch calls in place of `func`."""
        return STEADY.get(func, func)(*args, **(kwargs or {}))

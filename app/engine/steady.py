"""Kernels whose rows do not depend on how many there are.

With one thread, torch's convolutions give a row the same bits in any batch; two of its kernels do not. MKL multiplies
matrices of few rows by another algorithm. And `sigmoid` computes what does not fill a pair of vector registers by
another approximation, so the last pixels of a batch round differently. Both are cured by padding. app/engine/buckets.py
tests the result on the machine it runs on, so a kernel that is missing here costs speed, never a bit.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor
from torch.overrides import TorchFunctionMode

FEW_ROWS = 8  # measured on AVX-512: from 6 rows on, MKL gives a row the same bits however many there are
VECTOR_PAIR = 64  # floats; at least twice the widest register


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x W^T + b."""
    rows = len(x)
    if x.ndim != 2 or rows >= FEW_ROWS:
        return functional.linear(x, weight, bias)
    return functional.linear(functional.pad(x, (0, 0, 0, FEW_ROWS - rows)), weight, bias)[:rows]


def sigmoid(x: Tensor) -> Tensor:
    """1 / (1 + e^-x)."""
    size = x.numel()
    if size % VECTOR_PAIR == 0:
        return torch.sigmoid(x)
    padded = x.new_zeros(size + -size % VECTOR_PAIR)
    padded[:size].view(x.shape).copy_(x)
    return torch.sigmoid(padded)[:size].view(x.shape)


STEADY: dict[Callable[..., Any], Callable[..., Any]] = {functional.linear: linear, torch.sigmoid: sigmoid}


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

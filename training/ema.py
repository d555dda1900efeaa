"""The exponential moving average of a network's weights (Yazici et al. 2019, arXiv:1806.04498)."""

import copy

import torch
from torch import nn


class EMA:
    """Tracks a network; `network` is the average, which is what is sampled, measured and shipped."""

    def __init__(self, source: nn.Module, *, decay: float) -> None:
        self.source, self.decay = source, decay
        self.network = copy.deepcopy(source).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, step: int) -> None:
        """average <- d average + (1 - d) weights; d rises from 0 so that the first steps are forgotten soon."""
        decay = min(self.decay, (1 + step) / (10 + step))
        averages = [average.data for average in self.network.parameters()]
        torch._foreach_lerp_(averages, [weight.data for weight in self.source.parameters()], 1 - decay)
        for average, buffer in zip(self.network.buffers(), self.source.buffers(), strict=True):
            average.copy_(buffer)  # batch statistics are averages already

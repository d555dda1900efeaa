"""The exponential moving average of a network's weights (Yazici et al. 2019, arXiv:1806.04498)."""

import copy
from collections.abc import Iterable

import torch
from torch import nn

from models.tensors import Latents


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


@torch.no_grad()
def settle(network: nn.Module, latents: Iterable[Latents]) -> None:
    """Takes the batch statistics of an averaged generator anew (Brock et al. 2018, arXiv:1809.11096, appendix C.2).

    Those it tracked belong to the weights that were averaged, not to the average. Layers that no latent reaches keep
    theirs. Running it again changes nothing.
    """
    reached: set[nn.Module] = set()
    norms = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d)]
    hooks = [layer.register_forward_pre_hook(lambda layer, _: begin(layer, reached)) for layer in norms]
    momenta = [layer.momentum for layer in norms]
    for z in latents:
        network(z)
    for hook, layer, momentum in zip(hooks, norms, momenta, strict=True):
        hook.remove()
        layer.momentum = momentum
    network.eval()


def begin(layer: nn.Module, reached: set[nn.Module]) -> None:
    """Before a layer's first batch: forgets what it knew, and takes the plain mean over all batches from now on."""
    if layer not in reached:
        assert isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d)  # noqa: S101 - hooks are on such layers alone
        reached.add(layer)
        layer.reset_running_stats()
        layer.momentum = None
        layer.train()

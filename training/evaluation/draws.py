"""Images as a client of the server gets them, and networks as a checkpoint holds them."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from models.capabilities import ConditionalSampler, Sampler
from models.checkpoint import half
from models.tensors import Latents
from training.metrics.errors import NotFinite
from training.metrics.ladder import Bytes, to_bytes

BATCH = 64


@contextmanager
def one_thread() -> Iterator[None]:
    """One torch thread: then the bytes do not depend on the batch size, nor the figures on the number of cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def as_shipped(network: nn.Module) -> nn.Module:
    """A copy on the CPU in float32 whose weights went through the checkpoint's rounding, as `load` returns it."""
    shipped = copy.deepcopy(network).cpu().float().eval().requires_grad_(False)
    shipped.load_state_dict(half(shipped.state_dict()))
    return shipped


@torch.inference_mode()
def draw(network: Sampler, *, n: int, seed: int) -> Bytes:
    """Rows 0..n-1 of a seed, untruncated: the images that /v1/generate answers for that seed.

    Raises NotFinite for a NaN, which would otherwise become a black pixel.
    """
    parts = []
    for start in range(0, n, BATCH):
        z = network.prior.draw(seed=seed, rows=range(start, min(start + BATCH, n)))
        parts.append(pictures(network, z, what=f"seed {seed}: rows {start}.."))
    return torch.cat(parts)


def pictures(network: Sampler | ConditionalSampler, z: Latents, *, what: str) -> Bytes:
    """The images of these latents, untruncated. Raises NotFinite, naming `what` they are."""
    x = network.sample(z, torch.ones(len(z)))
    if not x.isfinite().all():
        raise NotFinite(f"{what} have a pixel that is no finite number")
    return to_bytes(x)

"""One recipe on one process or on many: torchrun starts them, torch.distributed carries the gradients.

Gradients are averaged after backward instead of wrapping networks in DistributedDataParallel: its hooks do not see
`autograd.grad` (gradient penalties) and refuse a discriminator whose parameters take no gradient in the generator's
half of a step.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor

from training.errors import DeviceMissing


@dataclass(frozen=True)
class Cluster:
    """This process among the others."""

    rank: int
    world: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """Whether this process writes the files."""
        return self.rank == 0

    def average(self, tensors: Iterable[Tensor]) -> None:
        """Replaces each tensor by its mean over all processes, in one message."""
        if self.world == 1:
            return
        listed = list(tensors)
        flat = torch.cat([tensor.reshape(-1) for tensor in listed])
        dist.all_reduce(flat)
        flat /= self.world
        for tensor, part in zip(listed, flat.split([tensor.numel() for tensor in listed]), strict=True):
            tensor.copy_(part.view_as(tensor))

    def any(self, flag: bool) -> bool:
        """Whether any process raised the flag: all stop together or not at all."""
        if self.world == 1:
            return flag
        raised = torch.tensor([float(flag)], device=self.device)
        dist.all_reduce(raised, op=dist.ReduceOp.MAX)
        return bool(raised.item())

    def barrier(self) -> None:
        """Waits for the others."""
        if self.world > 1:
            dist.barrier()


@contextmanager
def join(device: str) -> Iterator[Cluster]:
    """The cluster that torchrun's environment describes; alone without it. Left again at the end."""
    rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    chosen = local_device(device)
    if world == 1:
        yield Cluster(0, 1, chosen)
        return
    dist.init_process_group("nccl" if chosen.type == "cuda" else "gloo")
    try:
        yield Cluster(rank, world, chosen)
    finally:
        dist.destroy_process_group()


def local_device(device: str) -> torch.device:
    """`auto` is this process's GPU if there is one, else the CPU. Raises DeviceMissing where there is none such."""
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", device):
        raise DeviceMissing(f"device is {device!r}; it can be auto, cpu, cuda or cuda:N")
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise DeviceMissing(f"device is {device!r}, but torch {torch.__version__} finds no CUDA device here")
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda":
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
        return torch.device("cuda", torch.cuda.current_device())
    return torch.device(device)

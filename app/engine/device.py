"""What lanes compute on, and what a thread sets up around its torch calls."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path

import torch

from app.engine.steady import Steady

QUOTA = Path("/sys/fs/cgroup/cpu.max")


def cores(quota: Path = QUOTA) -> int:
    """How many cores this process may use. A container's share counts: more lanes would be stopped half of the time."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    mine = len(affinity(0)) if affinity else os.cpu_count() or 1
    if not quota.is_file():
        return mine
    limit, period = quota.read_text().split()
    return mine if limit == "max" else min(mine, ceil(int(limit) / int(period)))


@contextmanager
def computing(device: torch.device) -> Iterator[None]:
    """This thread computes on `device`: a GPU's lane on its own stream, a CPU's with one torch thread."""
    with torch.inference_mode():
        if device.type == "cuda":
            with torch.cuda.device(device), torch.cuda.stream(torch.cuda.Stream(device)):
                yield
        else:
            torch.set_num_threads(1)  # two would spin against each other, and split sums by the batch size
            with Steady():
                yield

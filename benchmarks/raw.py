"""What the machine gives without a server: forward and encode, in the same lanes, nothing else."""

from pathlib import Path
from threading import Barrier, Thread
from time import perf_counter, thread_time
from typing import cast

import torch

from app import codec
from app.engine.device import computing
from benchmarks.figures import Raw
from models.capabilities import Sampler
from models.checkpoint import load

BATCHES = (1, 2, 4, 8, 16, 32, 64)


def measure(folder: Path, *, lanes: int, seconds: float) -> list[Raw]:
    """Each batch size for so many seconds."""
    network = load(folder).network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return [threads(cast(Sampler, network), batch, lanes=lanes, seconds=seconds) for batch in BATCHES]


def threads(network: Sampler, batch: int, *, lanes: int, seconds: float) -> Raw:
    """So many threads, each with one torch thread and batches of its own."""
    done: list[tuple[int, float, float]] = []
    barrier = Barrier(lanes)

    def work() -> None:
        with computing(torch.device("cpu")):
            once(network, batch)
            barrier.wait()
            images, cpu, started = 0, thread_time(), perf_counter()
            while perf_counter() < started + seconds:
                once(network, batch)
                images += batch
            done.append((images, perf_counter() - started, thread_time() - cpu))

    running = [Thread(target=work) for _ in range(lanes)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return Raw(
        batch=batch,
        images_per_second=sum(images / elapsed for images, elapsed, _ in done),
        cpu_ms=1000 * sum(cpu for *_, cpu in done) / sum(images for images, *_ in done),
    )


def once(network: Sampler, batch: int) -> list[bytes]:
    """A batch of images as PNGs."""
    z = network.prior.draw(seed=0, rows=range(batch))
    return codec.pngs(codec.to_uint8(network.sample(z, torch.ones(batch))).numpy())

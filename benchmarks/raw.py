"""What the machine gives without a server: forward and encode, in the same lanes, nothing else."""

from pathlib import Path
from threading import Barrier, Thread
from time import perf_counter, thread_time

import torch

from app import codec
from app.engine.device import computing
from benchmarks.figures import Raw
from benchmarks.requests import answered
from models.checkpoint import Checkpoint, load

BATCHES = (1, 2, 4, 8, 16, 32, 64)


def measure(folder: Path, *, lanes: int, seconds: float) -> list[Raw]:
    """Each batch size for so many seconds."""
    checkpoint = load(folder)
    checkpoint.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return [threads(checkpoint, batch, lanes=lanes, seconds=seconds) for batch in BATCHES]


def threads(checkpoint: Checkpoint, batch: int, *, lanes: int, seconds: float) -> Raw:
    """So many threads, each with one torch thread and batches of its own."""
    done: list[tuple[int, float, float]] = []
    barrier = Barrier(lanes)

    def work() -> None:
        with computing(torch.device("cpu")):
            once(checkpoint, batch)
            barrier.wait()
            images, cpu, started = 0, thread_time(), perf_counter()
            while perf_counter() < started + seconds:
                once(checkpoint, batch)
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


def once(checkpoint: Checkpoint, batch: int) -> list[bytes]:
    """A batch of images as PNGs."""
    return codec.pngs(codec.to_uint8(answered(checkpoint, batch)).numpy())

"""The one training loop: every recipe runs in it, and whatever a run needs beside its algorithm is here.

A step is a pure function of the saved state and of (seed, step, rank), so a run that was killed and resumed ends in
the same weights, to the last bit, as one that was not (on a CPU with the same number of threads).
"""

import math
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import FrameType

import torch
from torch import Tensor

from models.capabilities import Sampler
from models.tensors import Images
from training.batches import BatchOrder
from training.cluster import Cluster
from training.data import Dataset
from training.ema import EMA, settle
from training.errors import Diverged, RunExists
from training.journal import Journal
from training.provenance import commit, hardware
from training.randomness import GRID_STEP, INIT_STEP, mix, seed_step
from training.recipe import Batch, Look, Preset, Recipe, RecipeSpec
from training.state import STATE, Identity, Progress, restore, save
from training.update import Update

LOG_EVERY, VOTE_EVERY = 50, 10
SETTLE_BATCH = 64  # latents, for batch statistics
OTHER = 1  # what tells the order of the second domain from that of the first


@dataclass(frozen=True)
class Options:
    """How this process runs, as against what it trains."""

    run: Path
    seed: int = 0
    resume: bool = False
    save_minutes: float = 5.0
    max_minutes: float | None = None


@dataclass
class Session:
    """A recipe with everything that moves beside it."""

    spec: RecipeSpec
    preset: Preset
    data: Dataset
    cluster: Cluster
    options: Options
    recipe: Recipe = field(init=False)
    average: EMA = field(init=False)
    update: Update = field(init=False)
    progress: Progress = field(default_factory=Progress)

    def __post_init__(self) -> None:
        plan, device = self.preset.plan, self.cluster.device
        seed_step(seed=self.options.seed, step=INIT_STEP, rank=0, device=device)  # the same weights everywhere
        self.recipe = self.spec.build(self.preset.config, self.data)
        layout = torch.channels_last if device.type == "cpu" or plan.precision != "fp32" else torch.contiguous_format
        self.recipe.networks.to(device=device, memory_format=layout)  # type: ignore[call-overload]
        self.average = EMA(self.recipe.network, decay=plan.ema_decay)
        self.update = Update(self.cluster, plan.precision, plan.clip)
        self.images = torch.from_numpy(self.data.images).to(device)
        self.labels = None if self.data.labels is None else torch.from_numpy(self.data.labels).to(device)
        self.attributes = {name: torch.from_numpy(index).to(device) for name, index in self.data.attributes.items()}
        self.masks, self.pairs, self.other = (
            None if rows is None else torch.from_numpy(rows).to(device)
            for rows in (self.data.masks, self.data.pairs, self.data.other)
        )
        place = (self.cluster.rank, self.cluster.world)
        self.order = BatchOrder(len(self.data), plan.batch_size, self.options.seed, *place)
        if self.other is not None:
            self.other_order = BatchOrder(len(self.other), plan.batch_size, mix(self.options.seed, OTHER), *place)

    @property
    def identity(self) -> Identity:
        """What a saved state must agree with."""
        return Identity(self.spec.id, self.data.name, self.options.seed, self.preset.plan, self.preset.config)

    def step(self) -> dict[str, Tensor]:
        """One step of the recipe, and of the average behind it."""
        number, steps = self.progress.step, self.preset.plan.steps
        draw = seed_step(seed=self.options.seed, step=number, rank=self.cluster.rank, device=self.cluster.device)
        self.recipe.schedule(number / steps)
        self.recipe.networks.train()
        batch = self.batch(number)
        with self.update.autocast():
            losses = self.recipe.step(batch, draw, self.update)
        self.average.update(number)
        self.progress.step += 1
        return losses

    def batch(self, number: int) -> Batch:
        """The rows of the data that a step sees. A second domain goes through epochs of its own."""
        device = self.cluster.device
        index = torch.from_numpy(self.order.indices(number)).to(device)
        other = None
        if self.other is not None:
            other = unit(self.other[torch.from_numpy(self.other_order.indices(number)).to(device)])
        return Batch(
            x=unit(self.images[index]),
            y=None if self.labels is None else self.labels[index],
            attributes={name: column[index] for name, column in self.attributes.items()},
            masks=None if self.masks is None else self.masks[index].long(),
            pairs=None if self.pairs is None else unit(self.pairs[index]),
            other=other,
            rows=index,
        )

    def save(self) -> None:
        """Writes the state; only the leading process does."""
        if self.cluster.leads:
            save(
                self.options.run / STATE,
                identity=self.identity,
                progress=self.progress,
                recipe=self.recipe,
                average=self.average,
                update=self.update,
            )

    def resume(self) -> None:
        """Continues the run in the folder if there is one. Raises RunExists when that was not asked for."""
        path = self.options.run / STATE
        if not path.exists():
            return
        if not self.options.resume:
            raise RunExists(f"{path} holds a run: continue it with --resume auto, or name another folder with --run")
        self.progress = restore(
            path,
            identity=self.identity,
            recipe=self.recipe,
            average=self.average,
            update=self.update,
            device=self.cluster.device,
        )

    def settle(self) -> None:
        """The batch statistics of an averaged sampler, from latents that never change."""
        network = self.average.network
        if isinstance(network, Sampler):
            n = self.preset.plan.samples[0]
            rows = [range(i, min(i + SETTLE_BATCH, n)) for i in range(0, n, SETTLE_BATCH)]
            settle(network, (network.prior.draw(seed=0, rows=each).to(self.cluster.device) for each in rows))

    @torch.no_grad()
    def picture(self, journal: Journal) -> None:
        """The preview, from latents that never change."""
        draw = seed_step(seed=self.options.seed, step=GRID_STEP, rank=0, device=self.cluster.device)
        x = self.recipe.preview(self.average.network, draw)
        if x is not None:
            journal.picture(self.progress.step, x)
        if self.look is not None:
            journal.record(self.progress.step, **self.look(self.average.network))

    @cached_property
    def look(self) -> Look | None:
        """How the leading process judges samples; opened when the first sheet is drawn."""
        if self.spec.watch is None or not self.cluster.leads:
            return None
        return self.spec.watch(self.data, samples=self.preset.plan.samples[0])


def unit(x: Tensor) -> Images:
    """uint8 as [0, 1]."""
    return x.float() / 255


def train(session: Session) -> Progress:
    """Runs until the plan's steps are done, the time is up, or a signal asks to stop; saves in each case."""
    options, plan, cluster = session.options, session.preset.plan, session.cluster
    options.run.mkdir(parents=True, exist_ok=True)
    session.resume()
    if session.progress.step < plan.steps:
        session.progress.visit(hardware(cluster), torch=str(torch.__version__), commit=commit())
    progress, started, saved = session.progress, time.monotonic(), time.monotonic()
    before = progress.seconds
    journal = Journal(options.run, title=session.spec.id, start=progress.step, steps=plan.steps, leads=cluster.leads)
    with journal, stop_signals() as stop:
        journal.record(progress.step, event="resume" if progress.step else "start", seed=options.seed)
        while progress.step < plan.steps:
            losses = session.step()
            now = time.monotonic()
            progress.seconds = before + now - started
            report(journal, progress, losses)
            if progress.step % plan.sample_every == 0 or progress.step == plan.steps:
                session.picture(journal)
            if now - saved >= options.save_minutes * 60:
                session.save()
                saved = now
            late = options.max_minutes is not None and now - started > options.max_minutes * 60
            if (cluster.world == 1 or progress.step % VOTE_EVERY == 0) and cluster.any(bool(stop) or late):
                break
        if progress.step >= plan.steps:
            session.settle()
        session.save()
        journal.record(progress.step, event="end", seconds=progress.seconds)
    cluster.barrier()
    return progress


def report(journal: Journal, progress: Progress, losses: dict[str, Tensor]) -> None:
    """Logs the losses now and then. Raises Diverged when one of them is no number."""
    if progress.step % LOG_EVERY and progress.step > 3:
        journal.advance()
        return
    values = {name: float(loss) for name, loss in losses.items()}
    for name, value in values.items():
        if not math.isfinite(value):
            raise Diverged(f"loss {name} is {value} at step {progress.step}: lower the learning rate or clip gradients")
    journal.record(progress.step, **values, seconds=round(progress.seconds, 3))
    journal.advance(values)


@contextmanager
def stop_signals() -> Iterator[list[int]]:
    """Ctrl-C and SIGTERM are remembered instead of obeyed, so that the step ends and the state is saved."""
    received: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    previous = {number: signal.signal(number, remember) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)

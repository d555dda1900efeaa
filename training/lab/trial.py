"""One training of an experiment, and what is asked of its two networks at the end."""

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn

from models.capabilities import Sampler
from training.evaluation.benchmark import Benchmark
from training.evaluation.draws import BATCH, as_shipped, draw, one_thread
from training.lab.leak import Called, Detectors
from training.loop import Session
from training.metrics.frechet import frechet_distance
from training.metrics.ladder import Bytes

LAST = 50  # steps whose losses are averaged
SAMPLES_SEED = 0


@dataclass(frozen=True)
class Trial:
    """A row. `logits` are D's means on what it learned from, on test, and on samples, none of them augmented."""

    policy: str
    percent: int
    seed: int
    images: int
    frechet: float
    logits: Mapping[str, float]
    losses: Mapping[str, float]
    called: Mapping[str, Called]
    seconds: float  # of CPU time, for steps alone

    @property
    def key(self) -> tuple[str, int, int]:
        """Which one it was."""
        return self.policy, self.percent, self.seed

    @property
    def gap(self) -> float:
        """How much more real D finds what it learned from than what it did not."""
        return self.logits["train"] - self.logits["test"]


@dataclass(frozen=True)
class Bench:
    """What every trial is measured with."""

    benchmark: Benchmark
    detectors: Detectors
    samples: int

    @property
    def floor(self) -> float:
        """The distance of training images: of disjoint sets, as many images each, the mean."""
        test = self.benchmark.test.features
        return statistics.fmean(frechet_distance(x.features, test) for x in self.benchmark.floors(self.samples))


def learn(session: Session) -> dict[str, float]:
    """All steps of the plan. Returns the mean losses of the last ones."""
    steps = (session.step() for _ in range(session.preset.plan.steps))
    losses = [{name: float(loss) for name, loss in step.items()} for step in steps]
    session.settle()
    return {name: statistics.fmean(each[name] for each in losses[-LAST:]) for name in losses[0]}


def trial(session: Session, bench: Bench, *, policy: str, percent: int) -> tuple[Trial, Bytes]:
    """Trains and measures: the averaged G as it would ship, D as it is. Returns the samples beside the row."""
    started = time.process_time()
    losses = learn(session)
    seconds = time.process_time() - started
    G, D = as_shipped(session.average.network), session.recipe.networks["D"].eval()
    assert isinstance(G, Sampler)  # noqa: S101 - the recipe's network is a generator
    with one_thread():
        samples = draw(G, n=bench.samples, seed=SAMPLES_SEED)
        sets = {"train": session.images, "test": bench.benchmark.test.images, "samples": samples}
        row = Trial(
            policy,
            percent,
            session.options.seed,
            len(session.data),
            frechet_distance(bench.benchmark.extractor.view(samples).features, bench.benchmark.test.features),
            {name: mean_logit(D, images) for name, images in sets.items()},
            losses,
            bench.detectors.judge(samples),
            round(seconds, 1),
        )
    return row, samples


@torch.inference_mode()
def mean_logit(D: nn.Module, images: Bytes) -> float:
    """Over all images as they are, in float32."""
    return float(torch.cat([D(x / 255) for x in images.split(BATCH)]).mean())

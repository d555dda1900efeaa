"""A sampler, measured against held-out images and beside what real images score."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import torch
from torch import nn

from models.capabilities import Sampler
from models.card import Metric
from training.evaluation.agreement import Agreement, agreements, together
from training.evaluation.benchmark import Benchmark, open_benchmark
from training.evaluation.draws import as_shipped, draw, one_thread
from training.evaluation.errors import NothingToMeasure
from training.evaluation.extractor import View, find_extractor, shape_of, weights_root
from training.evaluation.scores import Scores, score
from training.metrics.memorisation import CLOSEST, Nearness, nearness

SAMPLES = (2000, 10_000)
SEEDS = (0,)  # of a card's figures


@dataclass(frozen=True)
class Measurement:
    """Samples of each seed, the floor, and how near the first seed's samples are to the training images, by space."""

    samples: Sequence[Scores]
    floors: Sequence[Scores]
    near: Mapping[str, Nearness]
    more: Sequence[tuple[Sequence[Scores], Sequence[Scores]]]  # samples and floors of each further n
    agreed: Sequence[Agreement]  # of each code of a conditional sampler that the extractor knows


def measure_sampler(
    network: nn.Module,
    *,
    data: str,
    command: str,
    extractor: Path | None = None,
    samples: Sequence[int] = SAMPLES,
) -> tuple[Metric, ...]:
    """The figures of a card: images of seed 0 of the network as shipped, against the test split of `data`.

    They are taken for each number of `samples`; classes and nearness for the first.

    `extractor` is a checkpoint folder; without it, the only one of such images among the weights. `command` prints
    the figures again. Raises an EvaluationError, MetricError, DataError or CheckpointError.
    """
    with one_thread():
        shipped = sampler(as_shipped(network))
        shape = shape_of(draw(shipped, n=1, seed=0))
        benchmark = open_benchmark(data, extractor=extractor or find_extractor(weights_root(), shape=shape, data=data))
        return figures(measure(shipped, benchmark, samples=samples, seeds=SEEDS), benchmark, command=command)


def sampler(network: nn.Module) -> Sampler:
    """The network, known to be one."""
    if not isinstance(network, Sampler):
        raise NothingToMeasure(f"{type(network).__name__} draws no images")
    return network


def measure(network: Sampler, benchmark: Benchmark, *, samples: Sequence[int], seeds: Sequence[int]) -> Measurement:
    """Draws and scores."""
    n, *more = samples
    views = [benchmark.extractor.view(draw(network, n=max(samples), seed=seed)) for seed in seeds]
    few = [first(view, n) for view in views]
    return Measurement(
        samples=scores(few, benchmark),
        floors=scores(benchmark.floors(n), benchmark),
        near=near(few[0], benchmark),
        more=[
            (scores([first(view, many) for view in views], benchmark), scores(benchmark.floors(many), benchmark))
            for many in more
        ],
        agreed=together(
            [agreements(network, view, benchmark.extractor, seed=seed) for view, seed in zip(views, seeds, strict=True)]
        ),
    )


def first(view: View, n: int) -> View:
    """The first n images."""
    return view.rows(torch.arange(n))


def scores(views: Sequence[View], benchmark: Benchmark) -> list[Scores]:
    """Each set against test."""
    return [score(view, benchmark.test) for view in views]


def near(view: View, benchmark: Benchmark) -> dict[str, Nearness]:
    """To the training images, in pixels and in features, beside the test images' own nearness."""
    test, train = benchmark.test, benchmark.train
    samples, held_out, known = (one.images.flatten(1) / 255 for one in (view, test, train))
    return {
        "pixels": nearness(samples, held_out, known),
        benchmark.extractor.card.id: nearness(view.features, test.features, train.features),
    }


def figures(measured: Measurement, benchmark: Benchmark, *, command: str) -> tuple[Metric, ...]:
    """The measurement as the lines of a card."""
    id, n = benchmark.extractor.card.id, measured.samples[0].n

    def line(name: str, value: float, reference: str, floor: float | None, *, n: int = n) -> Metric:
        return Metric(name=name, value=value, n=n, reference=reference, floor=floor, command=command)

    def mean(sets: Sequence[Scores], name: str) -> float:
        return statistics.fmean(one.figures[name] for one in sets)

    def distances(samples: Sequence[Scores], floors: Sequence[Scores]) -> list[Metric]:
        return [
            line(f"{name}@{id}", mean(samples, name), "test", mean(floors, name), n=samples[0].n)
            for name in samples[0].figures
        ]

    def agreed(asked: Agreement) -> list[Metric]:
        name = f"{asked.code.name}-agreement"
        return [
            line(f"{name}@{id}", asked.share, "asked", None, n=asked.n),
            line(f"{name}-worst@{id}", asked.worst, "asked", None, n=max(1, asked.rarest)),
        ]

    return (
        *distances(measured.samples, measured.floors),
        *(line(f"nearer@{space}", one.closer, "train", CLOSEST) for space, one in measured.near.items()),
        line("copies@pixels", measured.near["pixels"].copies, "train", None),
        *chain.from_iterable(distances(samples, floors) for samples, floors in measured.more),
        *chain.from_iterable(map(agreed, measured.agreed)),
    )

"""A sampler, measured against held-out images and beside what real images score."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from models.capabilities import Sampler
from models.card import Metric
from training.evaluation.benchmark import Benchmark, open_benchmark
from training.evaluation.draws import as_shipped, draw, one_thread
from training.evaluation.errors import NothingToMeasure
from training.evaluation.extractor import View, find_extractor, shape_of, weights_root
from training.evaluation.scores import Scores, score
from training.metrics.memorisation import CLOSEST, Nearness, nearness

SAMPLES = 2000
SEEDS = (0,)  # of a card's figures


@dataclass(frozen=True)
class Measurement:
    """Samples of each seed, the floor, and how near the first seed's samples are to the training images, by space."""

    samples: Sequence[Scores]
    floors: Sequence[Scores]
    near: Mapping[str, Nearness]


def measure_sampler(
    network: nn.Module, *, data: str, command: str, extractor: Path | None = None, samples: int = SAMPLES
) -> tuple[Metric, ...]:
    """The figures of a card: `samples` images of seed 0 of the network as shipped, against the test split of `data`.

    `extractor` is a checkpoint folder; without it, the only one of such images among the weights. `command` prints
    the figures again. Raises an EvaluationError, MetricError, DataError or CheckpointError.
    """
    with one_thread():
        shipped = sampler(as_shipped(network))
        shape = shape_of(draw(shipped, n=1, seed=0))
        benchmark = open_benchmark(data, extractor=extractor or find_extractor(weights_root(), shape=shape, data=data))
        return figures(measure(shipped, benchmark, n=samples, seeds=SEEDS), benchmark, command=command)


def sampler(network: nn.Module) -> Sampler:
    """The network, known to be one."""
    if not isinstance(network, Sampler):
        raise NothingToMeasure(f"{type(network).__name__} draws no images")
    return network


def measure(network: Sampler, benchmark: Benchmark, *, n: int, seeds: Sequence[int]) -> Measurement:
    """Draws and scores."""
    views = [benchmark.extractor.view(draw(network, n=n, seed=seed)) for seed in seeds]
    return Measurement(
        samples=[score(view, benchmark.test) for view in views],
        floors=[score(view, benchmark.test) for view in benchmark.floors(n)],
        near=near(views[0], benchmark),
    )


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
    n = measured.samples[0].n

    def line(name: str, value: float, reference: str, floor: float | None) -> Metric:
        return Metric(name=name, value=value, n=n, reference=reference, floor=floor, command=command)

    def mean(sets: Sequence[Scores], name: str) -> float:
        return statistics.fmean(one.figures[name] for one in sets)

    return (
        *(
            line(
                f"{name}@{benchmark.extractor.card.id}",
                mean(measured.samples, name),
                "test",
                mean(measured.floors, name),
            )
            for name in measured.samples[0].figures
        ),
        *(line(f"nearer@{space}", one.closer, "train", CLOSEST) for space, one in measured.near.items()),
        line("copies@pixels", measured.near["pixels"].copies, "train", None),
    )

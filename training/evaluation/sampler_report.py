"""The full report of a sampler: samples, floor, memorised train, the ladder, classes, nearest training images."""

import statistics
from collections.abc import Sequence
from pathlib import Path

from models.card import Metric
from models.checkpoint import Checkpoint
from training.evaluation.agreement import section as agreed
from training.evaluation.benchmark import Benchmark, open_benchmark
from training.evaluation.draws import one_thread
from training.evaluation.extractor import View
from training.evaluation.paths import measure_paths
from training.evaluation.paths import section as walked
from training.evaluation.reading import measure_reading
from training.evaluation.reading import section as read
from training.evaluation.report import Report, Row, Section, heading, title
from training.evaluation.reprint import reprint
from training.evaluation.sampler import SEEDS, Measurement, figures, measure, near, sampler
from training.evaluation.scores import Scores, row, score
from training.metrics.estimate import Estimate, mean_and_deviation, mean_and_error
from training.metrics.ladder import Bytes, climb, ladder, memorised
from training.metrics.manifold import NEIGHBOURS
from training.metrics.memorisation import Nearness

OTHER_SEEDS = f"not compared with the card: its figures are of seed {SEEDS[0]}"


def report_sampler(
    checkpoint: Checkpoint, *, data: str, extractor: Path, samples: Sequence[int], seeds: Sequence[int], command: str
) -> Report:
    """Everything of `measure_sampler` for these seeds, among the rows that give it a scale, beside the card."""
    card, n = checkpoint.card, samples[0]
    with one_thread():
        benchmark = open_benchmark(data, extractor=extractor)
        measured = measure(sampler(checkpoint.network), benchmark, samples=samples, seeds=seeds)
        copied = benchmark.extractor.view(memorised(benchmark.train.images, n=n).images)
        sections: tuple[Section, ...] = (
            distances(measured, benchmark, copied),
            *classes(measured, benchmark),
            nearest(measured, near(copied, benchmark), n=n),
            *(further(some, floors) for some, floors in measured.more),
            *map(agreed, measured.agreed),
        )
    paths = measure_paths(checkpoint.network, data=data, command=command, extractor=extractor, n=n)
    if paths:
        sections += (walked(paths),)
    reading = measure_reading(checkpoint.network, data=data, command=command)
    if reading:
        sections += (read(reading),)
    metrics = (*figures(measured, benchmark, command=command), *paths, *reading)
    facts = {
        **heading(card),
        "extractor": described(benchmark),
        "samples": f"n={n}, seeds {', '.join(map(str, seeds))}, rows 0..{n - 1}, 8 bits",
        "reference": f"test split of {benchmark.data}, {len(benchmark.test)} images; k={NEIGHBOURS}",
        "frechet": times_the_floor(metrics[0], measured.floors[0].n),
    }
    same = reprint(card, metrics, data=benchmark.data) if tuple(seeds) == SEEDS else (OTHER_SEEDS,)
    return Report(card.id, facts, sections, metrics, same)


def times_the_floor(frechet: Metric, n: int) -> str:
    """The first thing that one wants to know. `n` is the size of the floor's sets."""
    unequal = "" if n == frechet.n else f" of {n} images (there are no more: its bias is larger)"
    ratio = f", {frechet.value / frechet.floor:.2f} times the floor{unequal}" if frechet.floor else ""
    return f"{title(frechet)} is {frechet.value:.4g}{ratio}"


def described(benchmark: Benchmark) -> str:
    """The extractor, and why to believe it."""
    card, width = benchmark.extractor.card, benchmark.test.features.shape[1]
    accuracy = "accuracy unknown: the test images have no labels of its classes"
    if benchmark.accuracy is not None:
        accuracy = f"accuracy {benchmark.accuracy:.4f} on the {len(benchmark.test)} test images"
    return f"{card.id} ({width} features, {accuracy}), sha256 {card.sha256}"


def distances(measured: Measurement, benchmark: Benchmark, copied: View) -> Section:
    """Samples first, then what real, remembered and damaged images score."""
    n = min(measured.samples[0].n, len(benchmark.train))

    def scored(images: Bytes) -> Scores:
        return score(benchmark.extractor.view(images), benchmark.test)

    labels = benchmark.train.heads[0].argmax(dim=1)
    rungs = climb(ladder(benchmark.train.images, labels, n=n), scored)
    rows = (
        row("samples", measured.samples, mean_and_error),
        row("floor: train", measured.floors, mean_and_deviation),
        row("memorised train", [score(copied, benchmark.test)], mean_and_error),
        *(row(name, [scores], mean_and_error) for name, scores in rungs.items()),
    )
    return Section(
        f"{len(measured.samples)} x samples and {len(measured.floors)} x train against test",
        rows,
        "±: standard error over seeds (samples), standard deviation over sets (floor); kernel distance of one set: "
        "standard error over random halves",
    )


def further(samples: Sequence[Scores], floors: Sequence[Scores]) -> Section:
    """The distances at another n, whose bias is another."""
    rows = (row("samples", samples, mean_and_error), row("floor: train", floors, mean_and_deviation))
    return Section(f"{samples[0].n} samples and {floors[0].n} of train against test", rows)


def classes(measured: Measurement, benchmark: Benchmark) -> list[Section]:
    """The share of each class, or of each value of every attribute, by what the extractor names."""

    def line(name: str, sets: Sequence[Scores], head: int, values: Sequence[str]) -> Row:
        means = map(statistics.fmean, zip(*(one.shares[head] for one in sets), strict=True))
        return Row(name, sets[0].n, {value: Estimate(mean) for value, mean in zip(values, means, strict=True)})

    return [
        Section(
            f"share of each {code.name}",
            (
                line("samples", measured.samples, head, code.values),
                line("floor: train", measured.floors, head, code.values),
            ),
        )
        for head, code in enumerate(benchmark.extractor.codes)
    ]


def nearest(measured: Measurement, copied: dict[str, Nearness], *, n: int) -> Section:
    """Distances to the nearest training image."""

    def line(name: str, one: Nearness) -> Row:
        columns = {"median": one.median, "test's median": one.held_out, "ratio": one.ratio}
        columns |= {"nearer than test's closest 1 %": one.closer, "copies": one.copies}
        return Row(name, n, {name: Estimate(value) for name, value in columns.items()})

    spaces = measured.near.items()
    rows = [line(f"samples, {space}", one) for space, one in spaces]
    rows += [line(f"memorised train, {space}", one) for space, one in copied.items()]
    return Section("nearest training image", tuple(rows), "samples of the first seed; test is what nobody memorised")

"""The figures of benchmarks.serving as Markdown: medians over rounds, with the lowest and the highest."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from benchmarks.figures import Round

RAW = ("batch", "raw images/s", "CPU ms an image")
SERVED = ("clients", "images/s", "of the raw rate", "p50 ms", "p99 ms", "CPU ms an image", "client's cores")


def markdown(facts: Mapping[str, object], rounds: Sequence[Round]) -> str:
    """A table of the raw rate, one of the server, and what they were measured with."""
    said = ", ".join(f"{name} {fact}" for name, fact in facts.items())
    raws = [raw(rounds, i) for i in range(len(rounds[0].raws))]
    loads = [served(rounds, i) for i in range(len(rounds[0].loads))]
    return "\n".join([said, "", *table(RAW, raws), "", *table(SERVED, loads)])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of Markdown, numbers to the right."""
    return [f"| {' | '.join(cells)} |" for cells in (head, ["--:"] * len(head), *rows)]


def raw(rounds: Sequence[Round], i: int) -> list[str]:
    """One batch size."""
    raws = [each.raws[i] for each in rounds]
    return [str(raws[0].batch), spread(raw.images_per_second for raw in raws), spread((raw.cpu_ms for raw in raws), 2)]


def served(rounds: Sequence[Round], i: int) -> list[str]:
    """One number of clients. Its share is of the best raw rate of the same round."""
    loads = [each.loads[i] for each in rounds]
    return [
        str(loads[0].clients),
        spread(load.images_per_second for load in loads),
        spread((each.loads[i].images_per_second / each.best.images_per_second for each in rounds), 2),
        spread((load.p50_ms for load in loads), 1),
        spread((load.p99_ms for load in loads), 1),
        spread((load.cpu_ms for load in loads), 2),
        spread((load.client_cores for load in loads), 2),
    ]


def spread(values: Iterable[float], digits: int = 0) -> str:
    """Median (lowest-highest)."""
    kept = sorted(values)
    middle = f"{median(kept):.{digits}f}"
    return middle if len(kept) == 1 else f"{middle} ({kept[0]:.{digits}f}-{kept[-1]:.{digits}f})"

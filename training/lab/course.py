"""A critic's estimate beside the quality of the samples, read from the log of one run (`training/journal.py`)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.lab.errors import LogUnfit

LOG = "log.jsonl"
ESTIMATE, DISTANCE = "wasserstein", "frechet-to-train@"  # what recipes and training/evaluation/watch.py call them
AROUND = 5  # lines of the log on either side that an estimate is averaged over
FEWEST = 3  # sheets: two always correlate perfectly

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Course:
    """Estimates at every line of the log, and estimate and distance (named by its extractor) at every sheet."""

    run: str
    metric: str
    lines: Numbers  # steps
    raw: Numbers
    smooth: Numbers
    sheets: Numbers  # steps
    distance: Numbers

    @property
    def estimate(self) -> Numbers:
        """The smoothed estimate at the line nearest to every sheet."""
        nearest = np.abs(self.lines - self.sheets[:, None]).argmin(1)
        return array(self.smooth[nearest])

    @property
    def correlation(self) -> float:
        """Spearman's rho of estimate and distance over the sheets."""
        return spearman(self.estimate, self.distance)


def read(folder: Path) -> Course:
    """The course of a run. Raises LogUnfit where there is none to be seen."""
    if not folder.is_dir():
        raise LogUnfit(f"there is no run folder {folder}")
    path = folder / LOG
    if not path.is_file():
        raise LogUnfit(f"{folder} is no run folder: it has no {LOG}")
    log = last_attempt(records(path))
    estimates = {each["step"]: each[ESTIMATE] for each in log if ESTIMATE in each}
    if not estimates:
        raise LogUnfit(f'{path} has no "{ESTIMATE}": only Wasserstein GANs log a critic\'s estimate')
    metrics = list(dict.fromkeys(name for each in log for name in each if name.startswith(DISTANCE)))
    if len(metrics) > 1:
        raise LogUnfit(f"{path} has distances that do not compare: {', '.join(metrics)}")
    distances = {each["step"]: each[name] for name in metrics for each in log if name in each}
    if len(distances) < FEWEST:
        raise LogUnfit(f'{path} has too few sheets with "{DISTANCE}": {len(distances)}, a correlation takes {FEWEST}')
    raw = array(estimates.values())
    course = Course(
        run=folder.resolve().name,
        metric=metrics[0],
        lines=array(estimates),
        raw=raw,
        smooth=smoothed(raw),
        sheets=array(distances),
        distance=array(distances.values()),
    )
    if min(np.ptp(course.estimate), np.ptp(course.distance)) == 0:
        raise LogUnfit(f"{path} has the same estimate or distance at every sheet: nothing that could correlate")
    return course


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a log. Raises LogUnfit at one that is no record."""
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        try:
            record = json.loads(line)
            record["step"] + 0
        except (ValueError, TypeError, KeyError) as error:
            raise LogUnfit(f"line {number} of {path} is no record of a run") from error
        yield record


def last_attempt(log: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what a restart began anew, and what a resumed run did once more."""
    kept: list[dict[str, Any]] = []
    for record in log:
        if record.get("event") == "start":
            kept = []
        if record.get("event") == "resume":
            kept = [each for each in kept if each["step"] <= record["step"]]
        kept.append(record)
    return kept


def smoothed(values: Numbers) -> Numbers:
    """Every value's mean with its neighbours; with fewer of them at both ends."""
    return array(values[max(i - AROUND, 0) : i + AROUND + 1].mean() for i in range(len(values)))


def spearman(x: Sequence[float] | Numbers, y: Sequence[float] | Numbers) -> float:
    """The correlation of ranks; equal values share the mean of theirs (Spearman 1904)."""
    return float(np.corrcoef(ranks(x), ranks(y))[0, 1])


def ranks(values: Sequence[float] | Numbers) -> Numbers:
    """1 for the smallest."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return array((count.cumsum() - (count - 1) / 2)[place])


def array(values: Any) -> Numbers:
    """Numbers of any source."""
    return np.array(list(values), dtype=np.float64)

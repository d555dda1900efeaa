"""The real images that a report stands on, seen by the extractor once."""

from dataclasses import dataclass
from pathlib import Path

import torch

from models.tensors import Labels
from training.data import Dataset, load
from training.evaluation.errors import NothingToMeasure
from training.evaluation.extractor import Extractor, View, open_extractor
from training.metrics.accuracy import confusion
from training.metrics.ladder import Bytes

FLOORS = 8  # sets of train images at most


@dataclass(frozen=True)
class Benchmark:
    """Train and test as the extractor sees them. The reference is test: nothing was fitted to it."""

    data: str
    extractor: Extractor
    train: View
    test: View
    accuracy: float | None  # of the extractor on test, where test has labels of its classes

    def floors(self, n: int) -> list[View]:
        """Disjoint random sets of train images, each of n or, where there are not so many, of all."""
        size = min(n, len(self.train))
        order = torch.randperm(len(self.train), generator=torch.Generator().manual_seed(0))
        return [self.train.rows(rows) for rows in order.split(size)[:FLOORS] if len(rows) == size]


def labelled(split: Dataset) -> tuple[Bytes, Labels]:
    """Images and labels as tensors. Raises NothingToMeasure where the set has no labels."""
    if split.labels is None:
        raise NothingToMeasure(f"{split.name} has no labels, so no classifier can be judged on it")
    return torch.from_numpy(split.images), torch.from_numpy(split.labels)


def open_benchmark(data: str, *, extractor: Path) -> Benchmark:
    """Loads the extractor, and the data set at the size that it takes."""
    chosen = open_extractor(extractor)
    train, test = (load(data, split=split, size=chosen.takes.height) for split in ("train", "test"))
    seen = chosen.view(torch.from_numpy(test.images))
    known = test.label_names == chosen.card.labels
    return Benchmark(
        data=test.name,
        extractor=chosen,
        train=chosen.view(torch.from_numpy(train.images)),
        test=seen,
        accuracy=accuracy(seen, labelled(test)[1]) if known and test.labels is not None else None,
    )


def accuracy(seen: View, labels: Labels) -> float:
    """The share that the extractor's classifier names correctly."""
    return int(confusion(seen.heads[0], labels).diagonal().sum()) / len(labels)

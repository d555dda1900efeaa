"""Every distance of one set of images to the reference: one line of the table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from models.tensors import Logits
from training.evaluation.extractor import View
from training.evaluation.report import Row
from training.metrics.classes import class_shares, classifier_score
from training.metrics.estimate import Estimate
from training.metrics.frechet import frechet_distance
from training.metrics.kernel import kernel_distance
from training.metrics.manifold import manifold

KERNEL = "kernel-distance"


@dataclass(frozen=True)
class Scores:
    """The figures of one set."""

    n: int
    values: Mapping[str, float]
    kernel_error: float
    shares: tuple[tuple[float, ...], ...]  # of the values of each head

    @property
    def figures(self) -> Mapping[str, float]:
        """What the table shows, and the rarest and the commonest class where there is one head."""
        if len(self.shares) > 1:
            return self.values
        return {**self.values, "class-share-min": min(self.shares[0]), "class-share-max": max(self.shares[0])}


def score(view: View, reference: View) -> Scores:
    """All metrics of a set. Raises a MetricError for too few images or features that are no numbers."""
    kernel = kernel_distance(view.features, reference.features)
    shares = tuple(tuple(class_shares(head).tolist()) for head in view.heads)
    values = {
        "frechet": frechet_distance(view.features, reference.features),
        KERNEL: kernel.value,
        **asdict(manifold(view.features, reference.features)),
    }
    if len(view.heads) == 1:
        values["classifier-score"] = classifier_score(view.heads[0])
    else:
        values["share-gap"] = max(gap(head, other) for head, other in zip(view.heads, reference.heads, strict=True))
    return Scores(len(view), values, kernel.error or 0.0, shares)


def gap(head: Logits, reference: Logits) -> float:
    """The largest difference between the share of a value among the samples and in the reference."""
    return float((class_shares(head) - class_shares(reference)).abs().max())


def row(name: str, sets: Sequence[Scores], summarise: Callable[[Sequence[float]], Estimate]) -> Row:
    """One line for repeats of a set. A single set still has the kernel distance's own standard error."""
    cells = {column: summarise([one.values[column] for one in sets]) for column in sets[0].values}
    if len(sets) == 1:
        cells[KERNEL] = Estimate(cells[KERNEL].value, sets[0].kernel_error)
    return Row(name, sets[0].n, cells)

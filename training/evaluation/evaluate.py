"""From an id to a report."""

from dataclasses import dataclass
from pathlib import Path

from models.card import Card
from models.checkpoint import Checkpoint, load, scan
from training.evaluation.anomaly import report_anomaly
from training.evaluation.attributes import report_attributes
from training.evaluation.classifier import report_classifier
from training.evaluation.denoising import report_denoising
from training.evaluation.errors import CheckpointUnknown, NothingToMeasure
from training.evaluation.extractor import find_extractor, of
from training.evaluation.finding import report_finding
from training.evaluation.photographs import IMAGENET, report_photographs
from training.evaluation.report import Report
from training.evaluation.robustness import attacked, report_robustness
from training.evaluation.sampler_report import report_sampler
from training.evaluation.segmentation import report_segmentation
from training.evaluation.stacked import DATA as STACKED
from training.evaluation.stacked import report_stacked
from training.evaluation.translation import report_translation

REPORTS = {
    "segmenter": report_segmentation,
    "translator": report_translation,
    "denoiser": report_denoising,
    "anomaly-scorer": report_anomaly,
    "code-reader": report_attributes,
    "latent-finder": report_finding,
}


@dataclass(frozen=True)
class Settings:
    """How to measure."""

    weights: Path
    data: str | None  # None for the card's
    extractor: str | None  # an id; None for the only one that knows the data
    samples: tuple[int, ...]
    seeds: tuple[int, ...]


def names(root: Path) -> tuple[str, ...]:
    """The ids of the checkpoints under `root`."""
    return tuple(folder.name for folder in scan(root))


def find(root: Path, id: str) -> Path:
    """The folder of a checkpoint. Raises CheckpointUnknown, naming those there are."""
    known = names(root)
    if id not in known:
        raise CheckpointUnknown(f"no checkpoint under {root} is named {id!r}; there are {', '.join(known) or 'none'}")
    return root / id


def fitting(root: Path, card: Card, data: str) -> Path:
    """The extractor for what this sampler draws."""
    if card.output is None:
        raise NothingToMeasure(f"the card of {card.id} does not say what images it draws")
    return find_extractor(root, shape=of(card.output), data=data)


def digits(root: Path) -> Path:
    """The classifier of single digits."""
    return find_extractor(root, shape=(1, 28, 28), data="mnist-10k")


def classification(checkpoint: Checkpoint, *, data: str, command: str) -> Report:
    """Of a classifier: on photographs where it knows ImageNet's classes, under attack where its card is."""
    if data == IMAGENET:
        return report_photographs(checkpoint, command=command)
    if attacked(checkpoint.card):
        return report_robustness(checkpoint, data=data, command=command)
    return report_classifier(checkpoint, data=data, command=command)


def evaluate(id: str, settings: Settings) -> Report:
    """The report of a checkpoint, by what it can do. Raises an EvaluationError, MetricError or CheckpointError."""
    root, command = settings.weights, f"zerosum eval {id}"
    checkpoint = load(find(root, id))
    card = checkpoint.card
    data = settings.data or card.data.name
    if "sampler" in card.capabilities and data == STACKED:
        named = find(root, settings.extractor) if settings.extractor else digits(root)
        return report_stacked(checkpoint, extractor=named, command=command)
    if "sampler" in card.capabilities:
        extractor = find(root, settings.extractor) if settings.extractor else fitting(root, card, data)
        return report_sampler(
            checkpoint, data=data, extractor=extractor, samples=settings.samples, seeds=settings.seeds, command=command
        )
    if "classifier" in card.capabilities:
        return classification(checkpoint, data=data, command=command)
    for capability, report in REPORTS.items():
        if capability in card.capabilities:
            return report(checkpoint, data=data, command=command)
    raise NothingToMeasure(f"{id} is {', '.join(card.capabilities)}: there is no metric for that yet")

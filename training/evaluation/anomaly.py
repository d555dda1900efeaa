"""A scorer of anomalies, measured on test images that training never saw, beside references that need no network.

A test image is anomalous when train has none of its label. The threshold of the figures that need one is set on
held-out normals at a false-positive rate of RATE, never on test: those of `normals:NAME` where there are any, else the
normal test images, as in a folder of the user's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from models.capabilities import AnomalyScorer
from models.card import Calibration, Metric
from models.checkpoint import Checkpoint
from models.conformal import p_value, threshold
from models.tensors import Heat, Images, Labels, Scores
from training.data import Dataset, load
from training.data.errors import UnknownDataset
from training.evaluation.draws import BATCH, as_shipped, one_thread
from training.evaluation.errors import NothingToMeasure
from training.evaluation.plain import neighbour, patch_pca, pca
from training.evaluation.report import Report, Row, Section, heading
from training.evaluation.reprint import reprint
from training.metrics.detection import Maps, Pixels, auroc, average_precision, dice_at, pro
from training.metrics.errors import NotFinite
from training.metrics.estimate import Estimate

RATE = 0.01
DIGITS = 6  # of a score in a card
REFERENCES = ("PCA-64", "PCA-16", "1-NN in PCA-64")
FLOOR = REFERENCES[2]


@dataclass(frozen=True)
class Trial:
    """The test images of a set, which of them are anomalous and in which pixels, and the normal ones to learn from."""

    name: str
    train: Images
    test: Images
    anomalous: torch.Tensor
    masks: Pixels | None
    labels: Labels
    kinds: tuple[str, ...]  # of the labels

    @property
    def wrong(self) -> list[int]:
        """The labels that train has none of."""
        return sorted(set(self.labels[self.anomalous].tolist()))


@dataclass(frozen=True)
class Judged:
    """What a scorer says of all test images; references may have no map."""

    score: Scores
    heat: Heat | None = None


def pixels(data: Dataset) -> Images:
    """In [0, 1]."""
    return torch.from_numpy(data.images).float() / 255


def trial(name: str, *, size: int | None) -> Trial:
    """Raises NothingToMeasure where test has no anomaly."""
    train, test = (load(name, split=split, size=size) for split in ("train", "test"))
    wrong = None if train.labels is None or test.labels is None else ~np.isin(test.labels, train.labels)
    if wrong is None or wrong.all() or not wrong.any():
        raise NothingToMeasure(f"{name} has no normal and anomalous test images, told apart by labels that train lacks")
    assert test.labels is not None  # noqa: S101 - seen above
    masks = None if test.masks is None else torch.from_numpy(test.masks).bool()
    anomalous, labels = torch.from_numpy(wrong), torch.from_numpy(test.labels)
    return Trial(name, pixels(train), pixels(test), anomalous, masks, labels, test.label_names)


@torch.inference_mode()
def judged(network: AnomalyScorer, x: Images) -> Judged:
    """Batch by batch. Raises NotFinite."""
    found = [network.inspect(part) for part in x.split(BATCH)]
    score, heat = torch.cat([each.score for each in found]), torch.cat([each.heat for each in found])
    if not (score.isfinite().all() and heat.isfinite().all()):
        raise NotFinite("a score or a pixel of a map is no finite number")
    return Judged(score, heat)


def scorer(network: nn.Module) -> AnomalyScorer:
    """Raises NothingToMeasure."""
    if not isinstance(network, AnomalyScorer):
        raise NothingToMeasure(f"{type(network).__name__} scores no anomalies")
    return network


def held_out(name: str, *, size: int | None) -> Dataset:
    """Normals that training did not see."""
    try:
        return load(f"normals:{name}", split="test", size=size)
    except UnknownDataset:
        train, test = (load(name, split=split, size=size) for split in ("train", "test"))
    if train.labels is None or test.labels is None:
        return test
    return test.take(np.flatnonzero(np.isin(test.labels, train.labels)), split="test")


def calibrated(network: AnomalyScorer, data: Dataset, *, name: str) -> Calibration:
    """The scores and the hottest pixels of these normals."""
    found = judged(network, pixels(data))
    assert found.heat is not None  # noqa: S101 - networks have maps
    scores, peaks = found.score, found.heat.flatten(1).amax(dim=1)
    return Calibration(data=name, scores=ascending(scores), peaks=ascending(peaks))


def ascending(values: Scores) -> tuple[float, ...]:
    """Sorted, rounded to the digits of a card."""
    return tuple(sorted(float(f"{value:.{DIGITS}g}") for value in values.tolist()))


def measure_calibration(network: nn.Module, *, data: str, size: int) -> Calibration:
    """What a card says of held-out normals, by the network as shipped."""
    with one_thread():
        return calibrated(scorer(as_shipped(network)), held_out(data, size=size), name=data)


def reference(kind: str, on: Trial) -> Judged:
    """One of REFERENCES: PCA-16 is of patches where there are masks, of images elsewhere."""
    if kind == "PCA-16" and on.masks is not None:
        return Judged(*patch_pca(on.train, on.test, k=16))
    if kind == FLOOR:
        return Judged(neighbour(on.train, on.test, k=64))
    return Judged(pca(on.train, on.test, k=int(kind.removeprefix("PCA-"))))


def values(found: Judged, on: Trial) -> dict[str, float]:
    """Every figure that needs no threshold."""
    score, truth = found.score, on.anomalous
    told = {"auroc": auroc(score, truth), "average-precision": average_precision(score, truth)}
    if len(on.wrong) > 1:
        for label in on.wrong:
            rows = (on.labels == label) | ~truth
            told[f"auroc-{on.kinds[label]}"] = auroc(score[rows], truth[rows])
    return told | (of_pixels(found.heat, on.masks) if found.heat is not None and on.masks is not None else {})


def of_pixels(heat: Maps, masks: Pixels) -> dict[str, float]:
    """Over all pixels of all test images."""
    flat, truth = heat.flatten(), masks.flatten()
    return {
        "pixel-auroc": auroc(flat, truth),
        "pixel-ap": average_precision(flat, truth),
        "pro-30": pro(heat, masks),
    }


def decisions(found: Judged, on: Trial, calibration: Calibration) -> dict[str, float]:
    """At RATE: normals called anomalous, anomalies found, and Dice of the pixels above what normals reach."""
    told = torch.tensor([p_value(score, calibration.scores) <= RATE for score in found.score.tolist()])
    rates = {
        "false-positive-rate": float(told[~on.anomalous].float().mean()),
        "found": float(told[on.anomalous].float().mean()),
    }
    if found.heat is None or on.masks is None:
        return rates
    return rates | {"dice": dice_at(found.heat, on.masks, threshold=threshold(calibration.peaks, RATE))}


def measured(network: AnomalyScorer, on: Trial, calibration: Calibration) -> dict[str, float]:
    """All figures of a network."""
    found = judged(network, on.test)
    return values(found, on) | decisions(found, on, calibration)


def figures(told: Mapping[str, float], floor: Mapping[str, float], *, n: int, command: str) -> tuple[Metric, ...]:
    """For the card: the floor is what the nearest neighbour among 64 components has."""
    return tuple(
        Metric(name=name, value=value, n=n, reference="test", floor=floor.get(name), command=command)
        for name, value in told.items()
    )


def measure_anomaly(network: nn.Module, *, data: str, size: int, command: str) -> tuple[Metric, ...]:
    """The figures of a card; none where test has no anomalies, as with a user's own normals."""
    with one_thread():
        try:
            on = trial(data, size=size)
        except NothingToMeasure:
            return ()
        shipped = scorer(as_shipped(network))
        told = measured(shipped, on, calibrated(shipped, held_out(data, size=size), name=data))
        return figures(told, values(reference(FLOOR, on), on), n=len(on.test), command=command)


def report_anomaly(checkpoint: Checkpoint, *, data: str, command: str) -> Report:
    """The network beside the references. Its threshold is that of the card."""
    card = checkpoint.card
    size = card.input.height if card.input else None
    with one_thread():
        on, network = trial(data, size=size), scorer(checkpoint.network)
        calibration = card.calibration or calibrated(network, held_out(data, size=size), name=data)
        told = measured(network, on, calibration)
        others = {kind: values(reference(kind, on), on) for kind in REFERENCES}
    metrics = figures(told, others[FLOOR], n=len(on.test), command=command)
    n = len(on.test)
    shown = {card.id: told, **others}
    images = [
        row(name, n, each, [key for key in told if key.startswith(("auroc", "average"))])
        for name, each in shown.items()
    ]
    parts = [Section("images", tuple(images), f"{int(on.anomalous.sum())} of {n} are anomalous")]
    if on.masks is not None:
        names = ["pixel-auroc", "pixel-ap", "pro-30"]
        maps = [row(name, n, each, names) for name, each in shown.items() if "pixel-ap" in each]
        parts.append(Section("pixels", tuple(maps), f"{float(on.masks.float().mean()):.1%} of them are anomalous"))
    rates = [key for key in ("false-positive-rate", "found", "dice") if key in told]
    note = f"where p <= {RATE:g} by {len(calibration.scores)} held-out normals"
    parts.append(Section("decisions", (row(card.id, n, told, rates),), note))
    facts = {**heading(card), "test": f"test split of {data}, {n} images"}
    return Report(card.id, facts, tuple(parts), metrics, reprint(card, metrics, data=data))


def row(name: str, n: int, told: Mapping[str, float], columns: Sequence[str]) -> Row:
    """One line."""
    return Row(name, n, {column: Estimate(told[column]) for column in columns})

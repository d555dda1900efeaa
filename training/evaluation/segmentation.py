"""A network that draws masks, measured on the masks of the test images."""

import torch
from torch import nn

from models.capabilities import Segmenter
from models.card import Metric
from models.checkpoint import Checkpoint
from training.data import load
from training.evaluation.draws import BATCH, as_shipped, one_thread
from training.evaluation.errors import NothingToMeasure
from training.evaluation.report import Report, Row, Section, heading
from training.evaluation.reprint import reprint
from training.metrics.estimate import Estimate
from training.metrics.segmentation import Table, agreement, dice, iou, pixel_accuracy


def measure_segmentation(network: nn.Module, *, data: str, size: int, command: str) -> tuple[Metric, ...]:
    """The figures of a card: the network as shipped on the test split of `data`. `command` prints them again."""
    with one_thread():
        table, names, n = compare(as_shipped(network), data=data, size=size)
    return figures(table, names, n=n, command=command)


@torch.inference_mode()
def compare(network: nn.Module, *, data: str, size: int | None) -> tuple[Table, tuple[str, ...], int]:
    """True and named classes over all test pixels, the names of the classes, the number of images."""
    if not isinstance(network, Segmenter):
        raise NothingToMeasure(f"{type(network).__name__} draws no masks")
    test = load(data, split="test", size=size)
    if test.masks is None:
        raise NothingToMeasure(f"{data} has no masks to compare with")
    k = len(test.mask_names)
    table = torch.zeros(k, k, dtype=torch.int64)
    images, masks = torch.from_numpy(test.images), torch.from_numpy(test.masks)
    for x, m in zip(images.split(BATCH), masks.split(BATCH), strict=True):
        scores = network.segment(x / 255)
        if scores.shape[1] != k:
            raise NothingToMeasure(f"the network knows {scores.shape[1]} classes, {data} has {k}")
        table += agreement(scores.argmax(dim=1), m, k=k)
    return table, test.mask_names, len(test)


def figures(table: Table, names: tuple[str, ...], *, n: int, command: str) -> tuple[Metric, ...]:
    """Means over the classes that occur, pixel accuracy, and the IoU of each class."""
    values = {"mean-iou": float(iou(table).nanmean()), "mean-dice": float(dice(table).nanmean())}
    values["pixel-accuracy"] = pixel_accuracy(table)
    values |= {f"iou-{name}": float(share) for name, share in zip(names, iou(table), strict=True) if share == share}
    return tuple(
        Metric(name=name, value=value, n=n, reference="test", command=command) for name, value in values.items()
    )


def report_segmentation(checkpoint: Checkpoint, *, data: str, command: str) -> Report:
    """IoU and Dice class by class, beside those of an empty mask."""
    card = checkpoint.card
    with one_thread():
        size = card.input.height if card.input else None
        table, names, n = compare(checkpoint.network, data=data, size=size)
    metrics = figures(table, names, n=n, command=command)
    empty = torch.zeros_like(table)
    empty[:, 0] = table.sum(dim=1)
    facts = {**heading(card), "test": f"test split of {data}, {n} images, all pixels together"}
    rows = [Row("all classes", n, cells(table, slice(None)))]
    rows += [Row(name, n, cells(table, slice(i, i + 1))) for i, name in enumerate(names)]
    rows.append(Row(f"nothing but {names[0]}", n, cells(empty, slice(None))))
    note = "all classes: the mean over those that occur, and the share of pixels that are right"
    return Report(card.id, facts, (Section("masks", tuple(rows), note),), metrics, reprint(card, metrics, data=data))


def cells(table: Table, classes: slice) -> dict[str, Estimate]:
    """IoU, Dice, and the share of the pixels of these classes that are named so."""
    true = table.sum(dim=1)[classes].sum()
    return {
        "IoU": Estimate(float(iou(table)[classes].nanmean())),
        "Dice": Estimate(float(dice(table)[classes].nanmean())),
        "right": Estimate(float(table.diagonal()[classes].sum() / true)),
    }

"""A translator, measured on held-out pairs whose truth training never saw.

Everything is judged on 8-bit images, as a client gets them. The way back is measured twice: from the float image, and
from the image rounded to 8 bits with noise of 2 % added, because a translator may hide in it what it needs to return
(Chu et al. 2017, arXiv:1712.02950).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from models.capabilities import Translator
from models.card import Metric
from models.checkpoint import Checkpoint
from models.tensors import Images, OtherImages
from training.data import Dataset, load
from training.data.dataset import Bytes
from training.evaluation.attribute_change import Change, change_of
from training.evaluation.draws import BATCH, as_shipped, one_thread
from training.evaluation.errors import ExtractorMissing, NothingToMeasure
from training.evaluation.extractor import Extractor, find_extractor, open_extractor, weights_root
from training.evaluation.report import Report, Row, Section, heading
from training.evaluation.reprint import reprint
from training.evaluation.spaces import Space, space_of
from training.metrics.estimate import Estimate
from training.metrics.images import l1, psnr, ssim
from training.metrics.kernel import kernel_distance
from training.metrics.ladder import to_bytes

NOISE = 0.02  # of the range, on the way back
Values = Mapping[str, float]


@dataclass(frozen=True)
class Held:
    """The test pairs of one direction, and what the answers should be, by the training set's account."""

    direction: str
    back: str | None  # the direction that leads back, where there is one
    x: Images
    y: Images
    mean: Images  # 1 c 1 1: the mean colour of the target domain in train


@dataclass(frozen=True)
class Found:
    """One direction: figures of the answers, of the two baselines, and what became of attributes."""

    direction: str
    n: int
    values: Values
    identity: Values
    mean: Values
    change: Change | None


def held(network: Translator, train: Dataset, test: Dataset) -> list[Held]:
    """Both directions of a set whose test split has pairs. Raises NothingToMeasure."""
    if test.pairs is None:
        raise NothingToMeasure(f"{test.name} has no pairs in test: there is no truth to compare with")
    x, y = (torch.from_numpy(part).float() / 255 for part in (test.images, test.pairs))
    of_x, of_y = mean_colour(train.images), mean_colour(target(train))
    there, *back = network.directions
    found = [Held(there, back[0] if back else None, x, y, of_y)]
    return [*found, *(Held(other, there, y, x, of_x) for other in back)]


def target(train: Dataset) -> Bytes:
    """The second domain of the training set, paired or not. Raises NothingToMeasure."""
    found = train.other if train.pairs is None else train.pairs
    if found is None:
        raise NothingToMeasure(f"{train.name} has one domain")
    return found


def mean_colour(images: Bytes) -> Images:
    """1 c 1 1."""
    return torch.from_numpy(images).float().mean(dim=(0, 2, 3)).view(1, -1, 1, 1) / 255


@torch.inference_mode()
def translated(network: Translator, x: Images, direction: str) -> OtherImages:
    """Batch by batch, in floats."""
    return torch.cat([network.translate(part, direction) for part in x.split(BATCH)])


def rounded(x: Images) -> Images:
    """Through 8 bits and back."""
    return to_bytes(x).float() / 255


def near(made: OtherImages, y: Images) -> dict[str, float]:
    """PSNR, SSIM and L1 to the truth, means over images, and the PSNR that the mean L1 would have.

    Grey beside RGB is repeated, RGB beside grey averaged.
    """
    made = made.expand_as(y) if made.shape[1] in (1, y.shape[1]) else made.mean(dim=1, keepdim=True)
    distance = float(l1(made, y).mean())
    return {
        "psnr": float(psnr(made, y).mean()),
        "psnr-of-l1": -20 * float(torch.tensor(max(distance, 1e-5)).log10()),
        "ssim": float(ssim(made, y).mean()),
        "l1": distance,
    }


def noisy(x: Images) -> Images:
    """8 bits and white noise of NOISE, the same at every call."""
    generator = torch.Generator().manual_seed(0)
    return (rounded(x) + NOISE * torch.randn(x.shape, generator=generator)).clamp(0, 1)


def examine(
    network: Translator, pairs: Held, *, extractor: Extractor | None, space: Space | None, test: Dataset
) -> Found:
    """One direction."""
    float_y = translated(network, pairs.x, pairs.direction)
    made = rounded(float_y)
    values = near(made, pairs.y)
    if pairs.back is not None:
        ways = {"cycle-l1": float_y, "cycle-l1-noised": noisy(float_y)}
        values |= {name: float(l1(translated(network, y, pairs.back), pairs.x).mean()) for name, y in ways.items()}
    if space is not None:
        ours, theirs = (space.features(to_bytes(images)) for images in (made, pairs.y))
        values[f"kernel-distance@{space.name}"] = kernel_distance(ours, theirs).value
    change = None if extractor is None else change_of(pairs.direction, made, extractor, test)
    identity, mean = near(pairs.x, pairs.y), near(pairs.mean.expand(len(pairs.y), -1, *pairs.y.shape[2:]), pairs.y)
    return Found(pairs.direction, len(pairs.x), values, identity, mean, change)


def judge_of(data: str, size: int, channels: int) -> Extractor | None:
    """The classifier of the attributes that this set's faces have; None where there is none."""
    style = data.removeprefix("apart:").removeprefix("swapped:").partition(":")[0]
    try:
        found = open_extractor(find_extractor(weights_root(), shape=(channels, size, size), data=style))
    except ExtractorMissing:
        return None
    return found if found.card.data.name == style else None


def examined(network: nn.Module, *, data: str, size: int, most: int | None = None) -> list[Found]:
    """Every direction, on all test pairs or the first `most`. Raises NothingToMeasure."""
    if not isinstance(network, Translator):
        raise NothingToMeasure(f"{type(network).__name__} translates nothing")
    train, test = (load(data, split=split, size=size) for split in ("train", "test"))
    test = test.take(np.arange(len(test))[:most], split="test")
    extractor = judge_of(data, size, test.channels)
    pairs, space = held(network, train, test), space_of(extractor, weights_root())
    return [examine(network, each, extractor=extractor, space=space, test=test) for each in pairs]


def measure_translation(
    network: nn.Module, *, data: str, size: int, command: str, most: int | None = None
) -> tuple[Metric, ...]:
    """The figures of a card, none where the test split has no pairs, as with a user's own domains.

    `most` bounds the pairs that are looked at.
    """
    with one_thread():
        try:
            found = examined(as_shipped(network), data=data, size=size, most=most)
        except NothingToMeasure:
            return ()
    return figures(found, command=command)


def figures(found: list[Found], *, command: str) -> tuple[Metric, ...]:
    """Every figure of every direction; the floor is the identity's, which is what doing nothing gets."""
    lines = []
    for one in found:
        values = dict(one.values) | ({} if one.change is None else one.change.values())
        for name, value in values.items():
            metric, at, extractor = name.partition("@")
            lines.append(
                Metric(
                    name=f"{metric}-{one.direction}{at}{extractor}",
                    value=value,
                    n=one.n,
                    reference="test",
                    floor=one.identity.get(name),
                    command=command,
                )
            )
    return tuple(lines)


def report_translation(checkpoint: Checkpoint, *, data: str, command: str) -> Report:
    """A table a direction, beside the identity and the mean colour."""
    card = checkpoint.card
    size = card.input.height if card.input else 64
    with one_thread():
        found = examined(checkpoint.network, data=data, size=size)
    metrics = figures(found, command=command)
    sections = tuple(section for one in found for section in tables(one))
    facts = {**heading(card), "test": f"test split of {data}, {found[0].n} pairs, answers in 8 bits"}
    return Report(card.id, facts, sections, metrics, reprint(card, metrics, data=data))


def tables(one: Found) -> list[Section]:
    """Distance to the truth, the way back, and attributes where a classifier knows them."""
    shown = {one.direction: one.values, "identity": one.identity, "mean colour": one.mean}
    rows = [Row(name, one.n, {key: Estimate(values[key]) for key in one.identity}) for name, values in shown.items()]
    sections = [Section(f"{one.direction}: distance to the truth", tuple(rows), "PSNR in dB; L1 of images in [0, 1]")]
    rest = {name: Estimate(value) for name, value in one.values.items() if name not in one.identity}
    if rest:
        note = f"cycle: L1 of the way back; noised: from 8 bits with noise of {NOISE:g}"
        sections.append(Section(f"{one.direction}: the way back", (Row("samples", one.n, rest),), note))
    if one.change is not None:
        sections.append(one.change.section(one.n))
    return sections

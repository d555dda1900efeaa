"""Stacked digits: which of the 1,000 modes a sampler draws, by a classifier of single digits."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from models.card import Metric
from models.checkpoint import Checkpoint
from models.tensors import Labels, Scores
from training.evaluation.draws import as_shipped, draw, one_thread
from training.evaluation.extractor import Extractor, find_extractor, open_extractor, weights_root
from training.evaluation.report import Report, Row, Section, heading
from training.evaluation.reprint import reprint
from training.evaluation.sampler import sampler
from training.metrics.estimate import Estimate
from training.metrics.ladder import Bytes
from training.metrics.modes import divergence, reached, shares

DATA = "stacked-mnist"
SAMPLES = 26_000  # of the published tables
SURE = 0.9
K = 1000


@dataclass(frozen=True)
class Named:
    """The mode of each image, and how sure the classifier is of all three digits."""

    modes: Labels
    confidence: Scores

    def sure(self) -> Labels:
        """The modes of those whose least sure digit has a probability of .9."""
        return self.modes[self.confidence >= SURE]


def name(images: Bytes, extractor: Extractor) -> Named:
    """Each channel is a digit."""
    told = [extractor.view(images[:, c : c + 1]).heads[0].softmax(dim=1).max(dim=1) for c in range(3)]
    modes = sum(digit.indices * place for digit, place in zip(told, (100, 10, 1), strict=True))
    assert isinstance(modes, torch.Tensor)  # noqa: S101 - three digits
    return Named(modes, torch.stack([digit.values for digit in told]).amin(dim=0))


def measure_stacked(
    network: nn.Module, *, data: str, command: str, samples: tuple[int, ...], extractor: Path | None = None
) -> tuple[Metric, ...]:
    """Modes reached, plainly and with confidence, and KL to even shares, of seed 0; floors are of stacked real digits.

    The largest of `samples` decides how many. Real digits are read with the same classifier, errors and all.
    """
    from training.data import load

    n = max(samples)
    with one_thread():
        chosen = open_extractor(extractor or find_extractor(weights_root(), shape=(1, 28, 28), data="mnist-10k"))
        made = name(draw(sampler(as_shipped(network)), n=n, seed=0), chosen)
        train = load(data, split="train", size=28)
        real = name(torch.from_numpy(train.images[: min(n, len(train))]), chosen)
    even = torch.full((K,), 1 / K, dtype=torch.float64)
    id = chosen.card.id

    def line(name: str, value: float, floor: float) -> Metric:
        return Metric(name=f"{name}@{id}", value=value, n=n, reference="even shares", floor=floor, command=command)

    return (
        line("modes", reached(made.modes, k=K), reached(real.modes, k=K)),
        line("modes-sure", reached_or_none(made.sure()), reached_or_none(real.sure())),
        line("kl-to-even", divergence(made.modes, even), divergence(real.modes, even)),
        line("mode-share-max", float(shares(made.modes, k=K).max()), float(shares(real.modes, k=K).max())),
    )


def reached_or_none(modes: Labels) -> int:
    """Modes reached, 0 where no image is sure."""
    return reached(modes, k=K) if len(modes) else 0


def report_stacked(checkpoint: Checkpoint, *, extractor: Path, command: str) -> Report:
    """The modes of 26,000 samples beside those of real stacks, and the card."""
    card = checkpoint.card
    metrics = measure_stacked(checkpoint.network, data=DATA, command=command, samples=(SAMPLES,), extractor=extractor)
    rows = tuple(
        Row(one.name, one.n, {"samples": Estimate(one.value), "real": Estimate(one.floor or 0.0)}) for one in metrics
    )
    note = f"of {K} modes, by the classifier digit by digit; sure: all three at {SURE} or more; real: stacks of train"
    facts = {**heading(card), "samples": f"n={SAMPLES}, seed 0, 8 bits"}
    return Report(card.id, facts, (Section("modes", rows, note),), metrics, reprint(card, metrics, data=DATA))

"""Does an augmentation leak into samples? A detector that was taught to tell T(x) from x is asked about them.

Zhao et al. 2020 (arXiv:2006.10738), section 3: D must not see T(x) alone, or G learns to draw what T leaves behind,
such as the rectangles of cutout. A detector is no oracle: it takes some test digits for augmented ones and misses some
that are, so a share of samples only means something beside the shares of both.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import nn
from torch.optim import Adam

from models.families.digits_cnn import DigitsCNN, DigitsCNNConfig
from training.augment import POLICIES, diff_augment
from training.evaluation.draws import BATCH
from training.metrics.ladder import Bytes, to_bytes
from training.randomness import Draw, mix

WIDTH, RATE, SEED = 8, 3e-3, 0
SIGNIFICANT = 3.0  # standard errors


@dataclass(frozen=True)
class Called:
    """How many of n images a detector took for augmented."""

    augmented: int
    n: int

    @property
    def share(self) -> float:
        """Of all."""
        return self.augmented / self.n

    def beyond(self, clean: "Called") -> float:
        """How many standard errors the share lies above that of clean images (pooled, two proportions)."""
        pooled = (self.augmented + clean.augmented) / (self.n + clean.n)
        error = math.sqrt(pooled * (1 - pooled) * (1 / self.n + 1 / clean.n))
        return (self.share - clean.share) / error if error else 0.0

    def leaks(self, clean: "Called") -> bool:
        """Significantly more than of clean images."""
        return self.beyond(clean) > SIGNIFICANT


def stream(number: int) -> Draw:
    """Its own randomness for every detector."""
    return Draw(torch.Generator().manual_seed(mix(SEED, number)))


def augmented(x: Bytes, policy: str, draw: Draw) -> Bytes:
    """T(x) in the range and the steps that a sample has: what lies outside would give it away."""
    return to_bytes(diff_augment(x / 255, draw, (policy,)))


def taught(train: Bytes, policy: str, *, steps: int) -> nn.Module:
    """A small CNN after some steps on halves of clean and of augmented training images."""
    draw = stream(list(POLICIES).index(policy))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        detector = DigitsCNN(DigitsCNNConfig(width=WIDTH, features=32, classes=2))
    adam = Adam(detector.parameters(), lr=RATE)
    target = torch.arange(2).repeat_interleave(BATCH)
    for step in range(steps):
        adam.param_groups[0]["lr"] = RATE * (1 - step / steps)
        x = train[draw.integers(len(train), 2 * BATCH)]
        x = torch.cat([x[:BATCH], augmented(x[BATCH:], policy, draw)]) / 255
        loss = functional.cross_entropy(detector(x), target)
        adam.zero_grad()
        loss.backward()
        adam.step()
    return detector.eval()


@torch.inference_mode()
def called(detector: nn.Module, images: Bytes) -> Called:
    """What it makes of these."""
    verdicts = torch.cat([detector(x / 255).argmax(1) for x in images.split(BATCH)])
    return Called(int(verdicts.sum()), len(images))


@dataclass(frozen=True)
class Detectors:
    """One a policy, what each calls test digits, and what it calls the same digits augmented."""

    by_policy: Mapping[str, nn.Module]
    clean: Mapping[str, Called]
    dirty: Mapping[str, Called]

    def judge(self, images: Bytes) -> dict[str, Called]:
        """Every detector's opinion."""
        return {policy: called(detector, images) for policy, detector in self.by_policy.items()}


def detectors(train: Bytes, test: Bytes, *, steps: int) -> Detectors:
    """One for each part of DiffAugment."""
    by_policy = {policy: taught(train, policy, steps=steps) for policy in POLICIES}
    draw = stream(len(POLICIES))
    clean = {policy: called(detector, test) for policy, detector in by_policy.items()}
    dirty = {policy: called(detector, augmented(test, policy, draw)) for policy, detector in by_policy.items()}
    return Detectors(by_policy, clean, dirty)

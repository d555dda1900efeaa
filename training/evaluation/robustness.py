"""A classifier under attack: how many test images it still names right, judged on 8-bit images inside the ball.

L-inf, 76/255, white box: FGSM, and PGD of 40 steps from a random start. A single step says nothing of robustness, it
stands there to be compared; and no attack of one kind proves any (docs/metrics.md).
"""

from dataclasses import dataclass, replace
from typing import cast

import torch
from torch import nn

from models.attacks.registry import attack
from models.attacks.rows import rows_of
from models.capabilities import Classifier
from models.card import Card, Metric
from models.checkpoint import Checkpoint
from models.solver import solve
from models.tensors import Images, Labels
from models.victim import Bare
from training.data import load
from training.evaluation.benchmark import labelled
from training.evaluation.classifier import line, measure_classifier, report_classifier
from training.evaluation.draws import BATCH, as_shipped, one_thread
from training.evaluation.report import Report, Section
from training.evaluation.reprint import reprint

EPS = 76  # 0.3, the radius of MNIST's literature, in whole levels


@dataclass(frozen=True)
class Assault:
    """An attack by its name in models/attacks, and its steps."""

    attack: str
    steps: int

    @property
    def name(self) -> str:
        """As a card has it."""
        return f"{self.attack}{self.steps if self.steps > 1 else ''}-eps{EPS}-accuracy"


ASSAULTS = (Assault("fgsm", 1), Assault("pgd", 40))


def attacked(card: Card) -> bool:
    """Whether its figures are of attacks as well."""
    return {assault.name for assault in ASSAULTS} <= {metric.name for metric in card.metrics}


def measure_robustness(network: nn.Module, *, data: str, command: str) -> tuple[Metric, ...]:
    """The figures of a card: those of every classifier, and what is still right under each attack."""
    plain = measure_classifier(network, data=data, command=command)
    with one_thread():
        return plain + figures(withstood(as_shipped(network), data=data), n=plain[0].n, command=command)


def withstood(network: nn.Module, *, data: str) -> dict[str, int]:
    """How many test images each attack leaves right; one that is wrong without it is not attacked, and not right."""
    images, labels = labelled(load(data, split="test"))
    victim = Bare(cast(Classifier, network))
    found = {}
    for assault in ASSAULTS:
        rows = rows_of(images / 255, labels, eps=EPS, steps=assault.steps)
        outcome = solve(attack(assault.attack).solver(victim, "linf"), rows)
        found[assault.name] = named_right(victim.classifier, outcome.x, labels)
    return found


@torch.inference_mode()
def named_right(classifier: Classifier, x: Images, labels: Labels) -> int:
    """How many of the images that came back; those that were wrong already came back as they were."""
    logits = torch.cat([classifier.classify(part) for part in x.split(BATCH)])
    return int((logits.argmax(dim=1) == labels).sum())


def figures(found: dict[str, int], *, n: int, command: str) -> tuple[Metric, ...]:
    """As lines of a card."""
    return tuple(
        Metric(name=name, value=right / n, n=n, reference="test", command=command) for name, right in found.items()
    )


def report_robustness(checkpoint: Checkpoint, *, data: str, command: str) -> Report:
    """The report of a classifier, and a table of attacks."""
    plain = report_classifier(checkpoint, data=data, command=command)
    n = plain.metrics[0].n
    with one_thread():
        found = withstood(checkpoint.network, data=data)
    metrics = plain.metrics + figures(found, n=n, command=command)
    rows = tuple(line(assault.attack, found[assault.name], n) for assault in ASSAULTS)
    note = f"L-inf, {EPS}/255, white box, on 8-bit images; pgd: {ASSAULTS[-1].steps} steps"
    sections = (*plain.sections, Section("right under attack", rows, note))
    return replace(plain, sections=sections, metrics=metrics, reprint=reprint(checkpoint.card, metrics, data=data))

"""A denoiser in front of the classifier that taught it, attacked in two ways, side by side.

Grey-box: the attack knows the classifier and not the denoiser; its images are judged behind it. Adaptive: the attack
goes through both. Only the second says what the defence is worth; the first is what papers of its time reported. L-inf,
judged on 8-bit images inside the ball; an image that is wrong without any attack counts as wrong.
"""

from dataclasses import dataclass

import torch
from torch import nn

from models.attacks.registry import attack
from models.attacks.rows import rows_of
from models.capabilities import Classifier, Denoiser
from models.card import Metric
from models.checkpoint import Checkpoint
from models.defences.defended import Defended
from models.defences.denoiser import Denoised
from models.robustness.interval import Share
from models.solver import solve
from models.streams import keys
from models.tensors import Images, Labels
from models.victim import Bare, Victim, ask
from training.data import load
from training.evaluation.benchmark import labelled
from training.evaluation.draws import BATCH, as_shipped, one_thread
from training.evaluation.errors import NothingToMeasure
from training.evaluation.report import Report, Row, Section, heading
from training.evaluation.reprint import reprint
from training.metrics.estimate import Estimate
from training.shipped import shipped

VICTIM = "cnn-mnist"
EVERY = 2  # of the test images, which are sorted by class: a thousand of the two that there are


@dataclass(frozen=True)
class Assault:
    """An attack of models/attacks, its steps, and its radius in 1/255."""

    attack: str
    steps: int
    eps: int

    @property
    def name(self) -> str:
        """As a card has it."""
        return f"{self.attack}{self.steps if self.steps > 1 else ''}-eps{self.eps}"


ASSAULTS = (Assault("fgsm", 1, 76), Assault("pgd", 40, 25), Assault("pgd", 40, 51), Assault("pgd", 40, 76))


@dataclass(frozen=True)
class Found:
    """How many of n images are right: `clean` without and behind the denoiser, and of each assault three."""

    n: int
    clean: tuple[int, int]
    bare: dict[str, int]  # no denoiser
    grey: dict[str, int]
    adaptive: dict[str, int]


def measure_denoising(network: nn.Module, *, data: str, command: str) -> tuple[Metric, ...]:
    """The figures of a card. Raises CheckpointMissing where the classifier is not there."""
    with one_thread():
        return figures(compare(as_shipped(network), victim(), data=data), command=command)


def victim() -> Bare:
    """The classifier."""
    return Bare(shipped(VICTIM, Classifier, purpose="a denoiser is measured in front of"))


def compare(network: nn.Module, bare: Bare, *, data: str) -> Found:
    """Every assault on the classifier alone, judged with and without the denoiser, and on both together."""
    if not isinstance(network, Denoiser):
        raise NothingToMeasure(f"{type(network).__name__} cleans no images")
    images, y = labelled(load(data, split="test"))
    x, y = images[::EVERY] / 255, y[::EVERY]
    behind = Defended(bare, Denoised(network))
    found = Found(len(y), (right(bare, x, y), right(behind, x, y)), {}, {}, {})
    for assault in ASSAULTS:
        z = attacked(bare, x, y, assault)
        found.bare[assault.name], found.grey[assault.name] = right(bare, z, y), right(behind, z, y)
        found.adaptive[assault.name] = right(behind, attacked(behind, x, y, assault), y)
    return found


def attacked(victim: Victim, x: Images, y: Labels, assault: Assault) -> Images:
    """The images that come back; those that are wrong already come as they were."""
    rows = rows_of(x, y, eps=assault.eps, steps=assault.steps)
    return solve(attack(assault.attack).solver(victim, "linf"), rows, batch=BATCH).x


def right(victim: Victim, x: Images, y: Labels) -> int:
    """How many images are named right."""
    key = keys(0, range(len(x)))
    parts = zip(x.split(BATCH), key.split(BATCH), strict=True)
    return int((torch.cat([ask(victim, *part) for part in parts]).argmax(dim=1) == y).sum())


def figures(found: Found, *, command: str) -> tuple[Metric, ...]:
    """Clean accuracy behind the denoiser, then every assault grey-box and adaptive."""
    counts = {"accuracy": found.clean[1]}
    for assault in ASSAULTS:
        counts[f"grey-box-{assault.name}"] = found.grey[assault.name]
        counts[f"adaptive-{assault.name}"] = found.adaptive[assault.name]
    return tuple(
        Metric(name=f"{name}@{VICTIM}", value=k / found.n, n=found.n, reference="test", command=command)
        for name, k in counts.items()
    )


def report_denoising(checkpoint: Checkpoint, *, data: str, command: str) -> Report:
    """Both columns beside the bare classifier's, and the card."""
    card = checkpoint.card
    with one_thread():
        found = compare(checkpoint.network, victim(), data=data)
    metrics = figures(found, command=command)
    facts = {
        **heading(card),
        "in front of": VICTIM,
        "test": f"every {EVERY}nd image of the test split of {data}: {found.n}",
    }
    rows = [line("no attack", found.n, (found.clean[0], found.clean[1], found.clean[1]))]
    rows += [
        line(each.name, found.n, (found.bare[each.name], found.grey[each.name], found.adaptive[each.name]))
        for each in ASSAULTS
    ]
    note = "grey-box: made on the bare classifier, judged behind the denoiser; adaptive: made through the denoiser"
    sections = (Section("right", tuple(rows), note),)
    return Report(card.id, facts, sections, metrics, reprint(card, metrics, data=data))


def line(name: str, n: int, counts: tuple[int, int, int]) -> Row:
    """Without the denoiser, grey-box, adaptive, and the interval of the last."""
    bare, grey, adaptive = (Estimate(k / n) for k in counts)
    low, high = Share(counts[2], n).interval
    cells = {"no denoiser": bare, "grey-box": grey, "adaptive": adaptive}
    return Row(name, n, cells | {"low": Estimate(low), "high": Estimate(high)})

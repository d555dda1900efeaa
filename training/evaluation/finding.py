"""What a latent finder saves: how near its guesses come by themselves, and how short searches are that start from them.

On samples of the generator that it has not seen, made small by a factor of 4: PSNR of the guess's image made small
again, and of the nearest of as many random latents as a search looks at; steps of a search to 30 dB from either.
"""

from dataclasses import dataclass
from statistics import median

import torch
from torch import Tensor, nn

from models.capabilities import LatentFinder, Sampler
from models.card import Metric
from models.checkpoint import Checkpoint
from models.fidelity import error, mse_of
from models.lattice import quantised
from models.pulse.downscale import downscaled
from models.pulse.guess import numbers_of, point_of
from models.pulse.search import CANDIDATES, Budget, search
from models.pulse.space import Space, space_of
from models.tensors import Images
from training.evaluation.draws import BATCH, as_shipped, one_thread
from training.evaluation.errors import NothingToMeasure
from training.evaluation.report import Report, Row, Section, heading
from training.evaluation.reprint import reprint
from training.metrics.estimate import Estimate
from training.shipped import shipped

FACTOR, TARGET, STEPS, SEED = 4, 30.0, 100, 1  # samples that training, whose seeds are below 2^31, hardly met
PREFIX, SAMPLES = "start-", 200


@dataclass(frozen=True)
class Found:
    """Medians over n samples: PSNR in dB and steps of a search, from guesses and from random latents."""

    n: int
    guess: float
    random: float
    steps_from_guess: float
    steps_from_random: float
    converged: float


def space_behind(of: str) -> Space:
    """The latents of the generator. Raises CheckpointMissing."""
    return space_of(shipped(of, Sampler, purpose="a latent finder is measured by samples of"), torch.device("cpu"))


def measure_finding(network: nn.Module, *, of: str, command: str, samples: int) -> tuple[Metric, ...]:
    """The figures of a card. Raises CheckpointMissing where the generator is not there."""
    with one_thread():
        return figures(compare(as_shipped(network), space_behind(of), samples=samples), command=command)


@torch.no_grad()
def compare(network: nn.Module, space: Space, *, samples: int) -> Found:
    """Guesses beside random latents. Raises NothingToMeasure where the guesses are of another space."""
    if not isinstance(network, LatentFinder) or network.columns != sum(numbers_of(space)):
        raise NothingToMeasure(f"{type(network).__name__} guesses no latents of this generator")
    large = drawn(space, samples)
    x = quantised(downscaled(large, large.shape[2] // FACTOR, large.shape[3] // FACTOR))
    v, told = point_of(space, network.find(x))
    guessed = [space.images(*part) for part in zip(v.split(BATCH), told.split(BATCH), strict=True)]
    others = downscaled(quantised(drawn(space, CANDIDATES, seed=SEED + 1)), *x.shape[2:])
    nearest = torch.stack([error(others, image.expand_as(others)).min() for image in x])
    budget = Budget(restarts=1, enough=1, steps=STEPS, mse=mse_of(TARGET))
    blind = search(space, x, seed=SEED + 1, budget=budget, batch=BATCH).found
    seeing = search(space, x, seed=SEED + 1, budget=budget, batch=BATCH, finder=network).found
    return Found(
        n=samples,
        guess=psnr(error(downscaled(quantised(torch.cat(guessed)), *x.shape[2:]), x)),
        random=psnr(nearest),
        steps_from_guess=median(seeing.steps.tolist()),
        steps_from_random=median(blind.steps.tolist()),
        converged=float((seeing.mse <= budget.mse).float().mean()),
    )


def drawn(space: Space, n: int, *, seed: int = SEED) -> Images:
    """Samples of a seed."""
    v, told = space.start(seed=seed, rows=range(n))
    return torch.cat([space.images(*part) for part in zip(v.split(BATCH), told.split(BATCH), strict=True)])


def psnr(mse: Tensor) -> float:
    """The median of images, in dB."""
    return float((-10 * mse.clamp_min(1e-12).log10()).median())


def figures(found: Found, *, command: str) -> tuple[Metric, ...]:
    """PSNR and steps; their floors are those of random latents."""
    side = f"factor-{FACTOR}"
    told = {
        f"psnr-of-guess@{side}": (found.guess, found.random),
        f"steps-to-{TARGET:g}-db@{side}": (found.steps_from_guess, found.steps_from_random),
        f"converged@{side}": (found.converged, None),
    }
    return tuple(
        Metric(name=name, value=value, n=found.n, reference="samples", floor=floor, command=command)
        for name, (value, floor) in told.items()
    )


def report_finding(checkpoint: Checkpoint, *, data: str, command: str) -> Report:
    """Guesses beside random latents, and the card."""
    card = checkpoint.card
    of, n = card.id.removeprefix(PREFIX), card.metrics[0].n if card.metrics else SAMPLES
    with one_thread():
        found = compare(checkpoint.network, space_behind(of), samples=n)
    metrics = figures(found, command=command)
    rows = (
        Row("the guess", n, {"PSNR, dB": Estimate(found.guess), "steps": Estimate(found.steps_from_guess)}),
        Row(
            f"the nearest of {CANDIDATES} random latents",
            n,
            {"PSNR, dB": Estimate(found.random), "steps": Estimate(found.steps_from_random)},
        ),
    )
    note = f"medians; steps of a search to {TARGET:g} dB from there, at most {STEPS}; {found.converged:.1%} reach it"
    facts = {**heading(card), "generator": of, "samples": f"{n} of seed {SEED}, made {FACTOR} times smaller"}
    return Report(card.id, facts, (Section("starts", rows, note),), metrics, reprint(card, metrics, data=data))

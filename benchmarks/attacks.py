"""Attacks beside those of other libraries: same weights, same images, one process, one thread.

    python -m benchmarks.attacks [--model cnn-mnist] [--images 256] [--eps 76.5] [--attack pgd]... [--cw-images 32]

Every result is judged in the same way: the share of clean-correct images whose adversarial image fools the network as a
float tensor and as the 8-bit PNG that a client would save, the share of PNGs that stay in the ball (eps as given; ours
floors it to whole steps of 1/255), the median L2 of the PNGs that fool it, and CPU seconds. `standard` is the worst
case over a whole protocol, ours beside AutoAttack. How to get the peers: benchmarks/peers.py; without them our
figures stand alone.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import click
import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.peers import peers_of
from benchmarks.report import table
from models.attacks.registry import ATTACKS, attack
from models.attacks.rows import rows_of
from models.checkpoint import load
from models.lattice import quantised
from models.robustness.evaluate import Report, evaluated
from models.robustness.protocol import STANDARD
from models.solver import solve
from models.victim import Bare
from training.data import load as load_data

HEAD = (
    "attack",
    "by",
    "images",
    "success",
    "success, PNG",
    "PNG in the ball",
    "median L2, PNG",
    "CPU s",
    "8-bit images as ours",
)
BOUNDED = {"fgsm", "pgd", "pgd-margin", "apgd", "apgd-t", "square", "mi-fgsm", "standard"}
SLOW = {"cw"}


class Logits(nn.Module):
    """A classifier as peers want it: a module that maps images to logits."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        logits: Tensor = self.network.classify(x)  # type: ignore[operator]
        return logits


def digits(n: int, network: nn.Module) -> tuple[Tensor, Tensor]:
    """n test digits that the network gets right, drawn with seed 0: the set is sorted by class."""
    data = load_data("mnist-10k", split="test")
    assert data.labels is not None  # noqa: S101 - this set has labels
    drawn = np.random.default_rng(0).permutation(len(data))[: 2 * n + 50]
    x, y = torch.from_numpy(data.images[drawn]).float() / 255, torch.from_numpy(data.labels[drawn])
    with torch.no_grad():
        right = (network(x).argmax(dim=1) == y).nonzero().flatten()[:n]
    return x[right], y[right]


def ours(name: str, eps: float) -> Callable[[nn.Module, Tensor, Tensor], Tensor]:
    """Our attack, as a peer is called."""
    if name == "standard":
        return partial(standard, eps=eps)
    entry = attack(name)

    def run(network: nn.Module, x: Tensor, y: Tensor) -> Tensor:
        norm = "linf" if name in BOUNDED else "l2"
        steps = entry.steps
        solver = entry.solver(Bare(network.network), norm)  # type: ignore[arg-type]
        return solve(solver, rows_of(x, y, eps=eps, steps=steps)).x

    return run


def standard(network: nn.Module, x: Tensor, y: Tensor, *, eps: float) -> Tensor:
    """The worst image that our standard protocol finds for each; its curve and its flags are part of the price."""
    *_, report = evaluated(Bare(network.network), x, y, protocol=STANDARD, norm="linf", eps=eps)  # type: ignore[arg-type]
    assert isinstance(report, Report)  # noqa: S101 - what comes last
    return report.worst


def judged(network: nn.Module, x: Tensor, y: Tensor, z: Tensor, eps: float) -> list[str]:
    """Success as floats and as PNG, PNGs in the ball, and their median L2."""
    png = quantised(z)
    with torch.no_grad():
        fooled, kept = (network(image).argmax(dim=1) != y for image in (z, png))
    within = ((png - x).abs().amax(dim=(1, 2, 3)) * 255).round() <= eps
    far = (png - x)[kept].flatten(1).norm(dim=1).tolist()
    share = [f"{100 * float(mask.float().mean()):.1f} %" for mask in (fooled, kept, within)]
    return [*share[:2], share[2] if eps < torch.inf else "-", f"{median(far):.3f}" if far else "-"]


def contest(name: str, network: nn.Module, x: Tensor, y: Tensor, eps: float) -> list[list[str]]:
    """One attack: ours, then each peer that is here. eps in 1/255."""
    eps = eps if name in BOUNDED else torch.inf
    runs = {"zerosum": ours(name, eps)}
    runs |= {peer: partial(run, eps=eps / 255) for peer, run in peers_of(name).items()}
    rows, mine = [], x
    for by, run in runs.items():
        torch.manual_seed(0)
        started = time.process_time()
        z = run(network, x, y).detach()
        seconds = time.process_time() - started
        mine = z if by == "zerosum" else mine
        same = int((quantised(z) == quantised(mine)).flatten(1).all(dim=1).sum())
        rows.append(
            [name, by, str(len(x)), *judged(network, x, y, z, eps), f"{seconds:.1f}", "-" if z is mine else str(same)]
        )
    return rows


@click.command()
@click.option("--model", default="cnn-mnist", help="A classifier of 28 px digits under weights/.")
@click.option("--images", default=256, help="How many digits; those that the network gets wrong are passed over.")
@click.option("--cw-images", default=32, help="How many for C&W.")
@click.option("--eps", default=76.5, help="Radius in 1/255 in L-inf.")
@click.option("--attack", "chosen", multiple=True, type=click.Choice([*(each.name for each in ATTACKS), "standard"]))
def main(model: str, images: int, cw_images: int, eps: float, chosen: tuple[str, ...]) -> None:
    """Prints a table."""
    torch.set_num_threads(1)
    network = Logits(load(Path("weights") / model).network).eval()
    x, y = digits(images, network)
    head, rule = table(HEAD, [])
    click.echo(f"{head}\n{rule}")
    for name in chosen or ("fgsm", "pgd", "apgd", "square", "deepfool", "ddn", "cw"):
        n = cw_images if name in SLOW else images
        for line in table(HEAD, contest(name, network, x[:n], y[:n], eps))[2:]:
            click.echo(line)


if __name__ == "__main__":
    main()

"""Attacks on networks that nobody looks into: made on EfficientNet-lite0 and -lite1, judged on -lite2.

    python -m benchmarks.transfer --photographs FOLDER [--eps 16] [--steps 10]

FOLDER holds photographs named after their class of ImageNet, such as imagenet_00_243.jpg: foolbox brings 20 in its
folder `data` (benchmarks/peers.py says how to get it). Counted are photographs that all three networks get right; an
image that fools lite2 does so as the 8-bit image at the size that lite0 takes, within eps / 255 of the original.
"""

import math
import re
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from benchmarks.report import table
from models.attacks.fgsm import FGSM
from models.attacks.mifgsm import MIFGSM
from models.attacks.pgd import PGD
from models.attacks.registry import AttackSolver
from models.attacks.rows import rows_of
from models.attacks.surrogates import Diverse, Ensemble
from models.attacks.transfer import judged
from models.checkpoint import load
from models.solver import solve
from models.streams import keys
from models.victim import Bare, Victim, ask
from training.data.images import squared

HEAD = ("made on lite0 and lite1", "images", "fooled on them", "fooled on lite2")
SIDE = 256


def photographs(folder: Path) -> tuple[Tensor, Tensor]:
    """Every photograph with a class in its name: n 3 256 256 in [0, 1], and the classes."""
    named = [(path, re.fullmatch(r"imagenet_\d+_(\d+)", path.stem)) for path in sorted(folder.iterdir())]
    found = [(squared(Image.open(path).convert("RGB"), SIDE), int(match[1])) for path, match in named if match]
    if not found:
        raise click.UsageError(f"{folder} holds no photograph named imagenet_NUMBER_CLASS")
    x = torch.from_numpy(np.stack([np.asarray(image) for image, _ in found])).permute(0, 3, 1, 2)
    return x.float() / 255, torch.tensor([y for _, y in found])


def right(victims: Sequence[Victim], x: Tensor, y: Tensor) -> Tensor:
    """Which images all of them get right."""
    key = keys(0, range(len(x)))
    return torch.stack([ask(victim, x, key).argmax(dim=1) == y for victim in victims]).all(dim=0)


@click.command()
@click.option("--photographs", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--eps", default=16, help="Radius in 1/255 in L-inf.")
@click.option("--steps", default=10)
def main(folder: Path, eps: int, steps: int) -> None:
    """Prints a table."""
    torch.set_num_threads(1)
    networks = [Bare(load(Path("weights") / f"efficientnet-lite{i}").network) for i in range(3)]  # type: ignore[arg-type]
    x, y = photographs(folder)
    fine = right(networks, x, y)
    x, y = x[fine], y[fine]
    rows = rows_of(x, y, eps=eps, steps=steps, kappa=math.inf)
    surrogate: Victim = Ensemble(tuple(networks[:2]))
    diverse: Victim = Ensemble(tuple(Diverse(network) for network in networks[:2]))
    attacks: dict[str, AttackSolver] = {
        "FGSM": FGSM(surrogate),
        "PGD": PGD(surrogate, pace=1.0, random=False),
        "MI-FGSM": MIFGSM(surrogate),
        "MI-FGSM, diverse inputs": MIFGSM(diverse),
    }
    head, rule = table(HEAD, [])
    click.echo(f"{head}\n{rule}")
    for name, solver in attacks.items():
        made = solve(solver, rows, batch=8)
        there = judged(made, networks[2], rows)
        shares = [f"{100 * float(each.success.float().mean()):.0f} %" for each in (made, there)]
        click.echo(table(HEAD, [[name, str(len(x)), *shares]])[2])


if __name__ == "__main__":
    main()

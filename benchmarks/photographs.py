"""How far photographs have to move: FGSM and PGD of 10 steps on EfficientNet-lite0, white box, L-inf.

    python -m benchmarks.photographs --photographs FOLDER [--model efficientnet-lite0] [--eps 1 --eps 2]

FOLDER is that of benchmarks.transfer. Counted are photographs that the network gets right; success is decided on the
8-bit image, within eps / 255 of the original.
"""

from pathlib import Path

import click
import torch

from benchmarks.report import table
from benchmarks.transfer import photographs, right
from models.attacks.registry import attack
from models.attacks.rows import rows_of
from models.checkpoint import load
from models.solver import solve
from models.victim import Bare

ATTACKS = (("fgsm", 1), ("pgd", 10))
BATCH = 8


def fooled(victim: Bare, x: torch.Tensor, y: torch.Tensor, *, name: str, steps: int, eps: int) -> int:
    """How many of the photographs."""
    rows = rows_of(x, y, eps=eps, steps=steps)
    return int(solve(attack(name).solver(victim, "linf"), rows, batch=BATCH).success.sum())


@click.command()
@click.option("--photographs", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--model", default="efficientnet-lite0", show_default=True, help="A classifier of photographs.")
@click.option("--eps", "radii", default=(1, 2), multiple=True, show_default=True, help="Radii in 1/255.")
def main(folder: Path, model: str, radii: tuple[int, ...]) -> None:
    """Prints a table."""
    torch.set_num_threads(1)
    victim = Bare(load(Path("weights") / model).network)  # type: ignore[arg-type]
    x, y = photographs(folder)
    fine = right([victim], x, y)
    x, y = x[fine], y[fine]
    head = ("attack", *(f"fooled at {eps}/255" for eps in radii))
    lines = []
    for name, steps in ATTACKS:
        found = [fooled(victim, x, y, name=name, steps=steps, eps=eps) for eps in radii]
        lines.append([f"{name}, {steps} steps", *(f"{n} of {len(x)}" for n in found)])
    click.echo("\n".join(table(head, lines)))


if __name__ == "__main__":
    main()

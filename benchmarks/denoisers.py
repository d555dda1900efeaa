"""Denoisers in front of classifiers that they did not learn from: clean, grey-box, adaptive.

    python -m benchmarks.denoisers [--classifier digits-cnn-v1]... [--denoiser hgd-mnist]... [--images 250]

PGD of 40 steps at 76/255, judged on 8-bit images; test digits evenly from the split, sorted by class. Grey-box:
made on the classifier alone. In front of the one that they learned from: zerosum eval hgd-mnist.
"""

from pathlib import Path

import click
import torch

from benchmarks.report import table
from models.checkpoint import load
from models.defences.defended import Defended
from models.defences.denoiser import Denoised
from models.tensors import Images, Labels
from models.victim import Bare
from training.data import load as load_data
from training.evaluation.denoising import ASSAULTS, attacked, right

HEAD = ("classifier", "denoiser", "images", "clean", "clean, behind", "attacked", "grey-box", "adaptive")
CLASSIFIERS = ("cnn-mnist-fgsm", "cnn-mnist-pgd", "digits-cnn-v1")
DENOISERS = ("hgd-mnist", "hgd-mnist-feature", "hgd-mnist-pixel")
PGD = ASSAULTS[-1]


def digits(n: int) -> tuple[Images, Labels]:
    """n test digits."""
    data = load_data("mnist-10k", split="test")
    assert data.labels is not None  # noqa: S101 - this set has labels
    rows = torch.arange(n) * len(data) // n
    return torch.from_numpy(data.images)[rows] / 255, torch.from_numpy(data.labels)[rows]


@click.command()
@click.option("--classifier", "classifiers", multiple=True, default=CLASSIFIERS)
@click.option("--denoiser", "denoisers", multiple=True, default=DENOISERS)
@click.option("--images", default=250)
def main(classifiers: tuple[str, ...], denoisers: tuple[str, ...], images: int) -> None:
    """Prints a table."""
    torch.set_num_threads(1)
    x, y = digits(images)
    click.echo("\n".join(table(HEAD, [])))
    for name in classifiers:
        bare = Bare(load(Path("weights") / name).network)  # type: ignore[arg-type]
        z = attacked(bare, x, y, PGD)
        for denoiser in denoisers:
            behind = Defended(bare, Denoised(load(Path("weights") / denoiser).network))  # type: ignore[arg-type]
            through = attacked(behind, x, y, PGD)
            counts = (right(bare, x, y), right(behind, x, y), right(bare, z, y), right(behind, z, y))
            shares = [f"{100 * k / images:.1f} %" for k in (*counts, right(behind, through, y))]
            click.echo(table(HEAD, [[name, denoiser, str(images), *shares]])[2])


if __name__ == "__main__":
    main()

"""Scorers of anomalies beside references that need no network: leave-one-digit-out, textures, avatars.

    python -m benchmarks.anomaly [--set mnist-10k-without-1]... [--weights weights]...
    python -m benchmarks.anomaly sheet weights/inpaint-brick docs/results/anomaly-brick.png

Networks are the checkpoints of the --weights folders that learned a set, `weights` where none is given. Several of one
recipe (folders of other seeds: `zerosum train skipganomaly-digits --seed 1 --export runs/seed-1`) make one line, mean
and standard deviation. References have no seed: they are the same every time. Nothing is chosen by test.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

import click
import torch

from benchmarks.report import table
from models.checkpoint import load, read_card, scan
from training.evaluation.anomaly import REFERENCES, Trial, judged, reference, scorer, trial, values
from training.evaluation.report import number
from training.grid import write_sheet
from training.metrics.estimate import mean_and_deviation

DIGITS = tuple(f"mnist-10k-without-{digit}" for digit in range(10))
TEXTURES = ("textures-brick", "textures-grass", "textures-gravel")
FACES = ("avatars-micah-without-glasses",)
EACH = 10  # images of a label in a sheet
COLUMNS = ("auroc", "average-precision")
Told = Mapping[str, float]


def networks(folders: Iterable[Path], name: str) -> dict[str, list[Path]]:
    """The checkpoints that learned this set, by their recipes."""
    found: dict[str, list[Path]] = {}
    for folder in (each for root in folders for each in scan(root)):
        card = read_card(folder)
        if "anomaly-scorer" in card.capabilities and card.data.name == name and card.training is not None:
            found.setdefault(card.training.recipe, []).append(folder)
    return found


def size_of(folders: Sequence[Path], name: str) -> int | None:
    """That of the networks; the set's own where there are none."""
    cards = [read_card(folder) for several in networks(folders, name).values() for folder in several]
    return cards[0].input.height if cards and cards[0].input else None


def of_networks(folders: Sequence[Path], on: Trial) -> dict[str, list[Told]]:
    """The figures of each."""
    return {
        recipe: [values(judged(scorer(load(folder).network), on.test), on) for folder in several]
        for recipe, several in networks(folders, on.name).items()
    }


def shown(told: Sequence[Told], columns: Sequence[str]) -> list[str]:
    """Mean and deviation of each figure that there is."""
    return [
        number(mean_and_deviation([each[column] for each in told])).lstrip() if column in told[0] else "-"
        for column in columns
    ]


@click.group(invoke_without_command=True)
@click.pass_context
@click.option("--set", "sets", multiple=True, default=(*DIGITS, *TEXTURES, *FACES))
@click.option("--weights", "folders", multiple=True, type=click.Path(path_type=Path), default=(Path("weights"),))
def main(context: click.Context, sets: tuple[str, ...], folders: tuple[Path, ...]) -> None:
    """Prints a table a set, and the means over the digits that were left out."""
    torch.set_num_threads(1)
    if context.invoked_subcommand is None:
        compare(sets, folders)


@main.command()
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
def sheet(checkpoint: Path, target: Path) -> None:
    """Test images of a checkpoint's set, each beside its heat: two rows a label, the first ten of each, not chosen."""
    card, network = read_card(checkpoint), scorer(load(checkpoint).network)
    on = trial(card.data.name, size=card.input.height if card.input else None)
    rows = [torch.nonzero(on.labels == label).flatten()[:EACH] for label in on.labels.unique().tolist()]
    x = on.test[torch.cat(rows)]
    found = judged(network, x)
    assert found.heat is not None  # noqa: S101 - networks have maps
    heat = (found.heat / network.full_scale).clamp(0, 1)[:, None].expand_as(x)
    write_sheet(target, torch.stack([x, heat], dim=1).flatten(0, 1), scale=1)


def compare(sets: Sequence[str], folders: Sequence[Path]) -> None:
    """The tables."""
    over: dict[str, list[Told]] = {}
    for name in sets:
        on = trial(name, size=size_of(folders, name))
        told: dict[str, list[Told]] = {kind: [values(reference(kind, on), on)] for kind in REFERENCES}
        told |= of_networks(folders, on)
        columns = list(dict.fromkeys(column for several in told.values() for column in several[0]))
        rows = [[kind, str(len(several)), *shown(several, columns)] for kind, several in told.items()]
        click.echo(f"\n{name}: {int(on.anomalous.sum())} of {len(on.test)} test images are anomalous\n")
        click.echo("\n".join(table(("scorer", "runs", *columns), rows)))
        if name in DIGITS:
            for kind, several in told.items():
                over.setdefault(kind, []).append(
                    {column: fmean(each[column] for each in several) for column in COLUMNS}
                )
    if over:
        click.echo("\nmeans over the digits left out\n")
        rows = [
            [kind, str(len(each)), *(f"{fmean(one[c] for one in each):.4f}" for c in COLUMNS)]
            for kind, each in over.items()
        ]
        click.echo("\n".join(table(("scorer", "digits", *COLUMNS), rows)))


if __name__ == "__main__":
    main()

"""`zerosum eval`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from training.evaluation.options import weights_option

if TYPE_CHECKING:
    from training.evaluation.report import Report


def numbers(context: click.Context, parameter: click.Parameter, value: str) -> tuple[int, ...]:
    """0,1,2 as integers."""
    try:
        return tuple(int(part) for part in value.split(","))
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no list of integers such as 0,1,2", context, parameter) from error


def counts(context: click.Context, parameter: click.Parameter, value: str) -> tuple[int, ...]:
    """2000,10000 as positive integers."""
    read = numbers(context, parameter, value)
    if low := [n for n in read if n < 1]:
        raise click.BadParameter(f"{low[0]} is not in the range x>=1", context, parameter)
    return read


def show(report: "Report", render: Callable[["Report"], str]) -> "Report":
    """Prints a report as soon as there is one."""
    click.echo(render(report) + "\n")
    return report


@click.command("eval")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="Every checkpoint in the weights folder.")
@click.option(
    "--samples",
    default="2000,10000",
    show_default=True,
    callback=counts,
    help="Numbers of images of a sampler; classes, ladder and neighbours are of the first.",
)
@click.option("--seeds", default="0", show_default=True, callback=numbers, help="Seeds of the samples, e.g. 0,1,2.")
@click.option("--data", metavar="NAME", help="Data set to measure against.  [default: the card's]")
@click.option(
    "--extractor", metavar="ID", help="Checkpoint in whose features to measure.  [default: the only one that fits]"
)
@weights_option
@click.option("--json", "target", type=click.Path(dir_okay=False, path_type=Path), help="Also write the reports there.")
def eval_(
    ids: tuple[str, ...],
    everything: bool,
    samples: tuple[int, ...],
    seeds: tuple[int, ...],
    data: str | None,
    extractor: str | None,
    weights: Path,
    target: Path | None,
) -> None:
    """Measure checkpoints, and compare with the figures in their cards."""
    if bool(ids) == everything:
        raise click.UsageError("name the checkpoints to measure, or give --all")
    from models.checkpoint import read_card, replace_file
    from training.evaluation.evaluate import Settings, evaluate, names
    from training.evaluation.report import render
    from training.evaluation.summary import line, table

    settings = Settings(weights, data, extractor, samples, seeds)
    reports = [show(evaluate(id, settings), render) for id in (names(weights) if everything else ids)]
    if everything:
        click.echo(table([line(read_card(weights / report.id), report.metrics) for report in reports]))
    if target is not None:
        replace_file(target, (json.dumps([report.json() for report in reports], indent=2) + "\n").encode())


@click.command()
@click.option("--write", "target", type=click.Path(dir_okay=False, path_type=Path), help="Into this file.")
@weights_option
def models(target: Path | None, weights: Path) -> None:
    """Print every checkpoint's card as one Markdown page."""
    from models.checkpoint import replace_file
    from training.evaluation.sheets import page

    text = page(weights, folder=target.parent if target else Path())
    if target is None:
        click.echo(text, nl=False)
    else:
        replace_file(target, text.encode())

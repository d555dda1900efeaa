"""`zerosum lab`, and in it `zerosum lab modes`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, TypeVar

import click

from training.lab.diffaugment import diffaugment
from training.lab.estimate import estimate
from training.lab.options import numbers

FULL = (tuple(range(10)), 8.0)  # seeds, and CPU seconds a run
QUICK = ((0, 1), 2.0)


class Named(Protocol):
    """Something with an id."""

    @property
    def id(self) -> str:
        """Its name in commands."""


Known = TypeVar("Known", bound=Named)


@click.group()
def lab() -> None:
    """Experiments that show how adversarial training goes wrong, and what helps."""


@lab.command()
@click.option(
    "--method", "methods", multiple=True, metavar="ID", help="Only this one; repeat for more.  [default: all]"
)
@click.option("--target", "targets", multiple=True, metavar="ID", help="Only this mixture.  [default: all]")
@click.option("--seeds", callback=numbers, help="As 0-9 or 0,3,7; the first one's runs are drawn.  [default: 0-9]")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="CPU time of a run.  [default: 8]")
@click.option("--quick", is_flag=True, help="Two seeds of two seconds: minutes in all.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("runs/modes"), show_default=True)
def modes(
    methods: tuple[str, ...],
    targets: tuple[str, ...],
    seeds: tuple[int, ...] | None,
    seconds: float | None,
    quick: bool,
    out: Path,
) -> None:
    """Mode collapse in the plane: a GAN and its cures, the same CPU time each, as tables and animations.

    Writes modes.md, modes.json and pictures. Repeat a command that was stopped: it keeps the runs that had ended.
    """
    from models.lab.methods import METHODS
    from models.lab.mixtures import MIXTURES
    from training.lab.experiment import Plan, carry_out
    from training.lab.ledger import FILE
    from training.lab.pictures import draw
    from training.lab.report import report

    default_seeds, default_seconds = QUICK if quick else FULL
    plan = Plan(
        chosen(METHODS, methods, "--method"),
        chosen(MIXTURES, targets, "--target"),
        seeds or default_seeds,
        seconds or default_seconds,
        out,
    )
    ledger = carry_out(plan, click.echo)
    tables = report(plan, ledger)
    (out / "modes.md").write_text(tables)
    for path in (out / "modes.md", out / FILE, *draw(plan)):
        click.echo(path)
    click.echo("\n" + tables)


def chosen(known: Iterable[Known], names: tuple[str, ...], option: str) -> tuple[Known, ...]:
    """The known ones of these names, all where none is named. Raises BadParameter, naming those there are."""
    by_id = {each.id: each for each in known}
    for name in names:
        if name not in by_id:
            raise click.BadParameter(f"there is no {name!r}; there are {', '.join(by_id)}", param_hint=option)
    return tuple(by_id[name] for name in names or by_id)


lab.add_command(diffaugment)
lab.add_command(estimate)

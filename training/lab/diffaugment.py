"""`zerosum lab diffaugment`."""

from pathlib import Path

import click

from training.lab.options import numbers

POLICIES, DEFAULT = ("none", "translation", "all"), ("none", "translation")
FRACTIONS, FEW = ("100", "20", "10"), ("100", "10")
FULL = ((0, 1, 2), 1500)  # seeds and steps
QUICK = ((0,), 100)


@click.command()
@click.option(
    "--policy",
    "policies",
    multiple=True,
    type=click.Choice(POLICIES),
    help="What D sees; all is color, translation and cutout; repeat for more.  [default: none, translation]",
)
@click.option(
    "--fraction",
    "fractions",
    multiple=True,
    type=click.Choice(FRACTIONS),
    help="Percent of the training digits; repeat for more.  [default: 100, 20, 10]",
)
@click.option("--seeds", callback=numbers, help="As 0-2 or 0,2; the first one's samples are drawn.  [default: 0-2]")
@click.option("--steps", type=click.IntRange(min=1), help="Of each run.  [default: 1500]")
@click.option("--quick", is_flag=True, help="One seed of 100 steps on 100 and 10 %: minutes in all.")
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True, help="CPU threads.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("runs/diffaugment"), show_default=True
)
def diffaugment(
    policies: tuple[str, ...],
    fractions: tuple[str, ...],
    seeds: tuple[int, ...] | None,
    steps: int | None,
    quick: bool,
    threads: int,
    out: Path,
) -> None:
    """DiffAugment on few digits: distance, D's logit gap and a leak test, with and without, as tables and pictures.

    Writes diffaugment.md, diffaugment.json and two PNGs. Repeat a command that was stopped: it keeps the runs that had
    ended.
    """
    import torch

    from training.lab import ablation
    from training.lab.ablation_pictures import draw
    from training.lab.ablation_report import report
    from training.lab.trials import FILE

    torch.set_num_threads(threads)
    default_seeds, default_steps = QUICK if quick else FULL
    plan = ablation.Plan(
        ablation.SETTING,
        policies or DEFAULT,
        tuple(int(percent) for percent in fractions or (FEW if quick else FRACTIONS)),
        seeds or default_seeds,
        steps or default_steps,
        out,
    )
    trials = ablation.carry_out(plan, click.echo)
    tables = report(plan, trials)
    (out / "diffaugment.md").write_text(tables)
    for path in (out / "diffaugment.md", out / FILE, *draw(plan, trials)):
        click.echo(path)
    click.echo("\n" + tables)

"""`zerosum arms-race`."""

from pathlib import Path

import click


@click.command("arms-race")
@click.option("--quick", is_flag=True, help="Four short races of small classifiers, too short to say who wins.")
@click.option(
    "--defender",
    "defenders",
    multiple=True,
    type=click.Choice(["adversarial", "patched", "denoiser"]),
    help="Only this one; repeat for more. Processes may share a folder.  [default: all]",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True, help="CPU threads.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder.  [default: runs/arms-race, or -quick]"
)
def arms_race(quick: bool, defenders: tuple[str, ...], seed: int, threads: int, out: Path | None) -> None:
    """Who wins at convergence? Attacker against defender, round after round, as a table and a picture.

    Each round the attacker goes through all that the defender has, and the defender trains: on what beat it, with a
    denoiser in front, or against the attack itself. Capacity and eps are varied. Writes arms-race.md, .json and .png.
    Repeat a command that was stopped: it keeps the races that had ended.
    """
    import torch

    from training.arms_race.ledger import FILE, facts_of, opened
    from training.arms_race.picture import draw
    from training.arms_race.race import race
    from training.arms_race.report import report
    from training.arms_race.setting import FEW, FULL, QUICK, SETTINGS
    from training.data import load

    torch.set_num_threads(threads)
    terms, settings = (QUICK, FEW) if quick else (FULL, SETTINGS)
    folder = out or Path("runs") / ("arms-race-quick" if quick else "arms-race")
    train, test = (load("mnist-10k", split=split) for split in ("train", "test"))
    ledger = opened(folder, facts_of(terms, data=train.name, seed=seed))
    for setting in settings:
        if setting in ledger.races or (defenders and setting.kind not in defenders):
            continue
        rounds = []
        for each in race(setting, terms, train, test, seed=seed):
            rounds.append(each)
            click.echo(f"{setting.words}, round {each.round}: clean {each.clean:.1%}, robust {each.robust:.1%}")
        ledger.add(tuple(rounds))
    races = {setting: ledger.races[setting] for setting in settings if setting in ledger.races}
    tables = report(races, ledger.facts)
    (folder / "arms-race.md").write_text(tables)
    draw(races).save(folder / "arms-race.png", optimize=True)
    for name in ("arms-race.md", FILE, "arms-race.png"):
        click.echo(folder / name)
    click.echo("\n" + tables)

"""The `zerosum` command: train, import, eval, calibrate, models, data, lab, arms-race, serve."""

import os
import sys
from pathlib import Path

import click

from models.errors import ZerosumError
from training.arms_race.command import arms_race
from training.data.commands import data
from training.evaluation.calibrate import calibrate
from training.evaluation.command import eval_, models
from training.imports.command import import_
from training.lab.command import lab


class Sentences(click.Group):
    """A group whose errors are one sentence, never a stack trace, for whatever Zerosum raises on purpose."""

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command; a ZerosumError ends it with its message and exit code 1."""
        try:
            return super().invoke(ctx)
        except ZerosumError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Train, serve, attack and defend adversarial models."""


@main.command()
@click.argument("recipe")
@click.option("--preset", default="cpu", show_default=True, help="smoke (a test), cpu (an hour), gpu (ten minutes).")
@click.option("--run", "folder", type=click.Path(path_type=Path), help="Run folder.  [default: runs/RECIPE-PRESET]")
@click.option("--resume", type=click.Choice(["auto", "never"]), default="never", show_default=True)
@click.option("--steps", type=click.IntRange(min=1), help="Instead of the preset's number of steps.")
@click.option("--batch-size", type=click.IntRange(min=1), help="Instead of the preset's, over all processes.")
@click.option("--precision", type=click.Choice(["fp32", "bf16", "fp16"]), help="Instead of the preset's.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A field of the recipe's own config.")
@click.option(
    "--data", help="Another data set: a name of `zerosum data list`, or folder:, unpaired:, paired:, npz: and a path."
)
@click.option("--size", type=click.IntRange(min=8), help="Pixels a side, where the recipe's networks take any.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N.")
@click.option("--threads", type=click.IntRange(min=1), help="CPU threads of this process.  [default: all cores]")
@click.option("--save-minutes", type=click.FloatRange(min=0), default=5.0, show_default=True)
@click.option("--max-minutes", type=click.FloatRange(min=0), help="Save and stop after this long; --resume continues.")
@click.option("--export", "target", type=click.Path(path_type=Path), help="Folder for the checkpoint, e.g. weights.")
@click.option("--no-export", is_flag=True, help="Leave it at the run folder; repeat with --resume auto to export.")
@click.option("--dry-run", is_flag=True, help="Print parameters, images and the estimated time, and train nothing.")
def train(
    recipe: str,
    preset: str,
    folder: Path | None,
    resume: str,
    steps: int | None,
    batch_size: int | None,
    precision: str | None,
    settings: tuple[str, ...],
    data: str | None,
    size: int | None,
    seed: int,
    device: str,
    threads: int | None,
    save_minutes: float,
    max_minutes: float | None,
    target: Path | None,
    no_export: bool,
    dry_run: bool,
) -> None:
    """Train RECIPE; at its end write a checkpoint with card and samples into the run folder (or --export)."""
    import torch

    from training.loop import Options
    from training.run import Overrides, estimate, run

    if threads is not None:
        torch.set_num_threads(threads)
    overrides = Overrides(steps, batch_size, precision, data, size, settings)
    folder = folder or Path("runs") / f"{recipe}-{preset}"
    options = Options(folder, seed, resume == "auto", save_minutes, max_minutes)
    if dry_run:
        estimate(recipe, preset, overrides, options, device=device, say=click.echo)
        return
    outcome = run(recipe, preset, overrides, options, device=device)
    if outcome is None:
        return
    if not outcome.complete:
        click.echo(f"stopped and saved at step {outcome.progress.step}: continue with --resume auto")
        return
    if no_export:
        return
    from training.export import export

    click.echo(f"checkpoint: {export(outcome, target or folder / 'checkpoint')}")


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def serve(options: tuple[str, ...]) -> None:
    """Start the server (options: see `zerosum serve --help`)."""
    os.execv(sys.executable, [sys.executable, "-m", "app", *options])  # noqa: S606 - this very interpreter


main.add_command(data)
main.add_command(eval_)
main.add_command(calibrate)
main.add_command(models)
main.add_command(import_)
main.add_command(lab)
main.add_command(arms_race)

if __name__ == "__main__":
    main()

"""`zerosum import`."""

from pathlib import Path

import click

IDS = ("efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2")


@click.command("import")
@click.argument("id", type=click.Choice(IDS), metavar="ID")
@click.option(
    "--export",
    "target",
    type=click.Path(path_type=Path),
    default=Path("runs/imported"),
    show_default=True,
    help="Folder for the checkpoint, e.g. weights.",
)
def import_(id: str, target: Path) -> None:
    """Fetch the weights of ID, which others trained, and write them as a checkpoint with card and samples."""
    from training.imports.lite import LITES, import_lite

    [chosen] = [lite for lite in LITES if lite.id == id]
    click.echo(f"checkpoint: {import_lite(chosen, target)}")

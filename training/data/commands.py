"""`zerosum data list | fetch NAME | show NAME`."""

from pathlib import Path

import click

from training.data import cache
from training.data.dataset import SPLITS, Dataset
from training.data.registry import DATASETS, OWN, find, load
from training.data.sheet import contact_sheet


@click.group()
def data() -> None:
    """Data sets: list them, fetch them, look at them."""


@data.command("list")
def list_sets() -> None:
    """Every named set, its licence, and whether it is in the data folder already."""
    root = cache.data_root()
    for entry in DATASETS.values():
        here = "*" if (root / entry.file(entry.size)).is_file() else " "
        click.echo(f"{here} {entry.name:<24}{entry.size:>4} px  {entry.about}  [{entry.licence}]")
    click.echo(f"  and your own: {', '.join(OWN)}; avatars-<style>:<attribute> gives pairs")
    click.echo(f"  * is at hand in {root}")


@data.command()
@click.argument("name")
@click.option("--size", type=int, help="Pixels a side; the set's own default where none is given.")
def fetch(name: str, size: int | None) -> None:
    """Fetch a set and make its cached file."""
    loaded = [load(name, split=split, size=size) for split in SPLITS]
    for one in loaded:
        click.echo(f"{one.name} {one.split}: {_facts(one)}")
    click.echo(f"from {loaded[0].source.origin}; {loaded[0].source.licence}")
    click.echo(f"at {cache.data_root() / find(name).file(loaded[0].size)}")


@data.command()
@click.argument("name")
@click.option("--split", type=click.Choice(SPLITS), default="train", show_default=True)
@click.option("--size", type=int, help="Pixels a side; the set's own default where none is given.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The PNG; NAME-SPLIT.png where none is given."
)
@click.option("-n", "count", type=click.IntRange(1, 4096), default=64, show_default=True, help="How many items.")
def show(name: str, split: str, size: int | None, out: Path | None, count: int) -> None:
    """Write a contact sheet: images with their pairs, masks, labels and attributes."""
    loaded = load(name, split=split, size=size)
    path = out or Path(f"{Path(loaded.name.replace(':', '-')).name}-{split}.png")
    try:
        contact_sheet(loaded, count).save(path, "PNG")
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror or error}") from error
    click.echo(f"{path}: {min(count, len(loaded))} of {len(loaded)} images")


def _facts(one: Dataset) -> str:
    parts = [f"{len(one):,} images {one.channels}x{one.size}x{one.size}"]
    if one.labels is not None:
        parts.append(f"{len(one.label_names)} classes")
    if one.attributes:
        parts.append(f"attributes {', '.join(one.attributes)}")
    parts += [name for name in ("pairs", "masks") if getattr(one, name) is not None]
    if one.other is not None:
        parts.append(f"{len(one.other):,} images of the other domain")
    return ", ".join(parts)

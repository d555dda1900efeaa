"""Every picture of an experiment, from the frames of its first seed."""

from collections.abc import Iterator
from pathlib import Path

from training.lab import reel
from training.lab.contact import write_sheet
from training.lab.experiment import Plan
from training.lab.film import write_film


def draw(plan: Plan) -> Iterator[Path]:
    """Writes a film a run and a sheet a mixture beside the tables; yields each path."""
    for mixture in plan.mixtures:
        paths = {method: plan.reel(method, mixture) for method in plan.methods}
        reels = {method: reel.load(path) for method, path in paths.items() if path.is_file()}
        for method, found in reels.items():
            film = plan.folder / f"modes-{mixture.id}-{method.id}.webp"
            write_film(film, found, method, mixture)
            yield film
        if reels:
            sheet = plan.folder / f"modes-{mixture.id}.png"
            write_sheet(sheet, reels, mixture, seconds=plan.seconds, seed=plan.seeds[0])
            yield sheet

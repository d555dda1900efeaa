"""Every method on every mixture from every seed, each for the same CPU time."""

import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import torch

from models.lab.coverage import POINTS
from models.lab.methods import Method
from models.lab.mixtures import Mixture
from models.lab.run import Seconds, run
from models.lab.setting import SETTING
from training.lab import reel
from training.lab.ledger import Ledger, opened
from training.lab.row import row_of

FRAMES = 32
SURFACE = 40  # points a side at which D is drawn


@dataclass(frozen=True)
class Plan:
    """What to run. The first seed's runs are drawn."""

    methods: tuple[Method, ...]
    mixtures: tuple[Mixture, ...]
    seeds: tuple[int, ...]
    seconds: float
    folder: Path

    @property
    def facts(self) -> dict[str, Any]:
        """What has to be the same for rows to stand in one table."""
        machine = f"torch {torch.__version__}, {platform.machine()} {torch.backends.cpu.get_cpu_capability()}"
        return {"setting": asdict(SETTING), "seconds": self.seconds, "points": POINTS, "machine": machine}

    def reel(self, method: Method, mixture: Mixture) -> Path:
        """Where the frames of a drawn run lie."""
        return self.folder / "frames" / f"{method.id}-{mixture.id}.npz"


def carry_out(plan: Plan, say: Callable[[str], None]) -> Ledger:
    """Runs what the folder does not have yet. Seeds come outermost: a neighbour's load then strikes every method."""
    torch.set_num_threads(1)
    ledger = opened(plan.folder, plan.facts)
    for seed, mixture, method in product(plan.seeds, plan.mixtures, plan.methods):
        drawn = seed == plan.seeds[0]
        if (method.id, mixture.id, seed) in ledger.rows:
            continue
        pace = Seconds(plan.seconds, plan.seconds / FRAMES)
        frames = list(run(method, mixture, seed=seed, pace=pace, surface=SURFACE if drawn else 0))
        if drawn:
            reel.save(plan.reel(method, mixture), frames)
        row = row_of(method.id, mixture.id, seed, frames)
        ledger.add(row)
        say(
            f"{method.id:<12}{mixture.id:<9}seed {seed:<4}{row.end.modes:>3} modes, {row.end.high_quality:7.2%} high "
            f"quality, reverse KL {row.end.reverse_kl:.2f}, {row.end.step:,} steps"
        )
    return ledger

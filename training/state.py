"""A run's saved state: everything that the next step depends on, in one file, whole or not at all.

The file is torch.save's and is read with `weights_only=True`: it holds tensors, numbers and strings, never code.
"""

import io
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import nn

from training.ema import EMA
from training.errors import RunCorrupt, RunForeign
from training.recipe import Plan, Recipe
from training.update import Update, scaler_states

STATE = "state.pt"


@dataclass
class Progress:
    """How far a run is, and what made it: every machine it was on, and the code and library of the first."""

    step: int = 0
    seconds: float = 0.0
    hardware: list[str] = field(default_factory=list)
    torch: str = ""
    commit: str = ""

    def visit(self, hardware: str, *, torch: str, commit: str) -> None:
        """Notes the machine that continues the run."""
        if hardware not in self.hardware:
            self.hardware.append(hardware)
        self.torch, self.commit = self.torch or torch, self.commit or commit


@dataclass(frozen=True)
class Identity:
    """What must be the same for a state to be continued; the number of steps may grow."""

    recipe: str
    data: str
    seed: int
    plan: Plan
    config: Any

    def facts(self) -> dict[str, Any]:
        """Plain values, without the number of steps and how often a sheet is drawn."""
        plan = asdict(self.plan)
        del plan["steps"], plan["sample_every"]
        return {"recipe": self.recipe, "data": self.data, "seed": self.seed, **plan, **asdict(self.config)}


def save(path: Path, *, identity: Identity, progress: Progress, recipe: Recipe, average: EMA, update: Update) -> None:
    """Writes the state beside the old one and renames it: a kill leaves the old file or the new one."""
    buffer = io.BytesIO()
    torch.save(
        {
            "identity": identity.facts(),
            "progress": asdict(progress),
            "networks": recipe.networks.state_dict(),
            "optimizers": {name: optimizer.state_dict() for name, optimizer in recipe.optimizers.items()},
            "average": average.network.state_dict(),
            "scalers": scaler_states(update, recipe.optimizers),
            "torch_rng": torch.get_rng_state(),
        },
        buffer,
    )
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(buffer.getbuffer())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def restore(
    path: Path, *, identity: Identity, recipe: Recipe, average: EMA, update: Update, device: torch.device
) -> Progress:
    """Fills recipe, average and scalers from `path`. Raises RunCorrupt or RunForeign, naming what differs."""
    try:
        saved = torch.load(path, map_location=device, weights_only=True)
    except (RuntimeError, EOFError, ValueError, OSError, UnpicklingError) as error:
        raise RunCorrupt(f"{path} cannot be read as a run's state: {error}") from error
    ours, theirs = identity.facts(), saved["identity"]
    for name in sorted(ours.keys() | theirs.keys()):
        if ours.get(name) != theirs.get(name):
            raise RunForeign(
                f"{path} was trained with {name} = {theirs.get(name)!r}, this command asks for {ours.get(name)!r}: "
                f"give the run another folder with --run"
            )
    recipe.networks.load_state_dict(saved["networks"])
    for name, optimizer in recipe.optimizers.items():
        optimizer.load_state_dict(saved["optimizers"][name])
        update.scaler_of(optimizer).load_state_dict(saved["scalers"][name])
    average.network.load_state_dict(saved["average"])
    torch.set_rng_state(saved["torch_rng"].cpu())
    return Progress(**saved["progress"])


def trained_network(path: Path, network: nn.Module) -> Progress:
    """Fills `network` with the averaged weights of a saved run and says how far the run was."""
    saved = torch.load(path, map_location="cpu", weights_only=True)
    network.load_state_dict(saved["average"])
    return Progress(**saved["progress"])

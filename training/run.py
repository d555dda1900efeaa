"""`zerosum train`: from a recipe's name to a run folder and, at its end, a checkpoint folder."""

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from training.cluster import Cluster, join
from training.data import load
from training.errors import SettingInvalid
from training.loop import Options, Session, train
from training.recipe import Preset, RecipeSpec
from training.recipes import preset, recipe
from training.state import Progress

Say = Callable[[str], None]


@dataclass(frozen=True)
class Overrides:
    """What the command line changes of a preset."""

    steps: int | None = None
    batch_size: int | None = None
    precision: str | None = None
    data: str | None = None
    size: int | None = None
    settings: tuple[str, ...] = ()  # name=value, of the recipe's own config

    def sized(self, spec: RecipeSpec) -> RecipeSpec:
        """The recipe at another size of image."""
        return spec if self.size is None else dataclasses.replace(spec, size=self.size)

    def apply(self, chosen: Preset) -> Preset:
        """The preset with these changes."""
        changes = {
            name: value for name in ("steps", "batch_size", "precision") if (value := getattr(self, name)) is not None
        }
        config = dataclasses.replace(chosen.config, **dict(parse(chosen.config, each) for each in self.settings))
        return Preset(dataclasses.replace(chosen.plan, **changes), config)


def parse(config: Any, setting: str) -> tuple[str, Any]:
    """name=value as a field of the config, of the type that it has there; a tuple's parts stand between commas.

    Raises SettingInvalid, naming the fields there are or the type that is wanted.
    """
    name, given, text = setting.partition("=")
    fields = [field.name for field in dataclasses.fields(config)]
    if not given or name not in fields:
        raise SettingInvalid(f"--set takes name=value of {', '.join(fields)}; got {setting!r}")
    old = getattr(config, name)
    try:
        if not isinstance(old, tuple):
            return name, type(old)(text)
        kind = type(old[0]) if old else str
        return name, tuple(kind(part) for part in text.split(",") if part)
    except ValueError as error:
        raise SettingInvalid(f"--set {name} is {text!r}; it takes {old!r} or another of its type") from error


@dataclass(frozen=True)
class Outcome:
    """A finished or stopped run."""

    spec: RecipeSpec
    preset: Preset
    preset_name: str
    data: str
    options: Options
    progress: Progress
    overrides: Overrides

    @property
    def complete(self) -> bool:
        """Whether every step of the plan was made."""
        return self.progress.step >= self.preset.plan.steps


def open_session(spec: RecipeSpec, chosen: Preset, data: str, options: Options, cluster: Cluster) -> Session:
    """The recipe with its data in memory, ready for its first step. The leading process fetches what is missing."""
    if not cluster.leads:
        cluster.barrier()
    split = load(data, split="train", size=spec.size)
    if cluster.leads:
        cluster.barrier()
    return Session(spec, chosen, split, cluster, options)


def run(name: str, preset_name: str, overrides: Overrides, options: Options, *, device: str) -> Outcome | None:
    """Trains; returns None in the processes that do not lead."""
    spec = overrides.sized(recipe(name))
    chosen = overrides.apply(preset(spec, preset_name))
    data = overrides.data or spec.data
    with join(device) as cluster:
        session = open_session(spec, chosen, data, options, cluster)
        progress = train(session)
        if not cluster.leads:
            return None
        return Outcome(spec, chosen, preset_name, data, options, progress, overrides)


def estimate(name: str, preset_name: str, overrides: Overrides, options: Options, *, device: str, say: Say) -> None:
    """`--dry-run`: says how large the networks are, how many images they see, and how long it takes here."""
    spec = overrides.sized(recipe(name))
    chosen = overrides.apply(preset(spec, preset_name))
    plan = chosen.plan
    with join(device) as cluster:
        session = open_session(spec, chosen, overrides.data or spec.data, options, cluster)
        for part, network in session.recipe.networks.items():
            say(f"{part}: {sum(parameter.numel() for parameter in network.parameters()):,} parameters")
        shape = "x".join(str(side) for side in session.data.images.shape[1:])
        say(f"data: {session.data.name}, {len(session.data):,} images of {shape}")
        say(f"plan: {plan.steps:,} steps of {plan.batch_size} images = {plan.steps * plan.batch_size:,} images seen")
        seconds = seconds_per_step(session)
        say(
            f"time: about {plan.steps * seconds / 60:.1f} minutes at {1 / seconds:.1f} steps/s "
            f"({cluster.device}, {plan.precision}, {torch.get_num_threads()} threads)"
        )


def seconds_per_step(session: Session, *, warm: int = 2, timed: int = 5) -> float:
    """The mean of a few steps after a warm-up; the session is spent by it."""
    for _ in range(warm):
        session.step()
    wait(session.cluster.device)
    start = time.perf_counter()
    for _ in range(timed):
        session.step()
    wait(session.cluster.device)
    return (time.perf_counter() - start) / timed


def wait(device: torch.device) -> None:
    """Until the device has done what it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)

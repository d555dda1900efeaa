"""arms-race.json: whole races, saved as they end, so that a killed command goes on where it was."""

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from models.checkpoint import replace_file
from training.arms_race.race import ATTACK, Round
from training.arms_race.setting import Setting, Terms

FILE = "arms-race.json"


@dataclass
class Ledger:
    """The races in a folder that were run under these facts."""

    folder: Path
    facts: Mapping[str, Any]
    races: dict[Setting, tuple[Round, ...]] = field(default_factory=dict)

    def add(self, rounds: tuple[Round, ...]) -> None:
        """Keeps a race, on disk too, beside those that another process has added meanwhile."""
        self.races = opened(self.folder, self.facts).races | self.races | {rounds[0].setting: rounds}
        document = {**self.facts, "rounds": [asdict(each) for race in self.races.values() for each in race]}
        self.folder.mkdir(parents=True, exist_ok=True)
        replace_file(self.folder / FILE, (json.dumps(document, indent=1) + "\n").encode())


def facts_of(terms: Terms, *, data: str, seed: int) -> dict[str, Any]:
    """Under which races compare; the machine is told, and another goes on with them as well."""
    return {"attack": ATTACK, "data": data, "seed": seed, "terms": asdict(terms)}


def machine() -> str:
    """What decides the last digits."""
    return f"torch {torch.__version__}, {platform.machine()} {torch.backends.cpu.get_cpu_capability()}, one thread"


def opened(folder: Path, facts: Mapping[str, Any]) -> Ledger:
    """The folder's races; without them where they were run under other facts."""
    path, ledger = folder / FILE, Ledger(folder, {"machine": machine(), **facts})
    if path.is_file():
        document = json.loads(path.read_text())
        if all(document.get(name) == value for name, value in facts.items() if name != "machine"):
            ledger.races |= parsed(document)
    return ledger


def parsed(document: Mapping[str, Any]) -> dict[Setting, tuple[Round, ...]]:
    """The races of a file."""
    races: dict[Setting, tuple[Round, ...]] = {}
    for each in document["rounds"]:
        found = Round(**each)
        races[found.setting] = (*races.get(found.setting, ()), found)
    return races

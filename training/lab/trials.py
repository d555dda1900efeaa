"""diffaugment.json: the rows of the ablation, saved as they end, so that a killed command goes on where it was."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from models.checkpoint import replace_file
from training.lab.leak import Called
from training.lab.trial import Trial

FILE = "diffaugment.json"


@dataclass
class Trials:
    """The rows in a folder that were made under these facts."""

    folder: Path
    facts: Mapping[str, Any]
    rows: dict[tuple[str, int, int], Trial] = field(default_factory=dict)

    def add(self, row: Trial) -> None:
        """Keeps a row, on disk too."""
        self.rows[row.key] = row
        document = {**self.facts, "rows": [asdict(each) | {"gap": each.gap} for each in self.rows.values()]}
        self.folder.mkdir(parents=True, exist_ok=True)
        replace_file(self.folder / FILE, (json.dumps(document, indent=1) + "\n").encode())


def opened(folder: Path, facts: Mapping[str, Any]) -> Trials:
    """The folder's rows; without them where they were made under other facts."""
    path, trials = folder / FILE, Trials(folder, json.loads(json.dumps(facts)))
    if path.is_file():
        document = json.loads(path.read_text())
        if all(document.get(name) == value for name, value in trials.facts.items()):
            for row in map(parsed, document["rows"]):
                trials.rows[row.key] = row
    return trials


def parsed(row: dict[str, Any]) -> Trial:
    """A row as it was; the gap follows from the logits."""
    del row["gap"]
    return Trial(**row | {"called": {policy: Called(**each) for policy, each in row["called"].items()}})

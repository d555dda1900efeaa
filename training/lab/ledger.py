"""modes.json: the rows of an experiment, saved as they end, so that a killed command goes on where it was."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from models.checkpoint import replace_file
from training.lab.row import Look, Row

FILE = "modes.json"


@dataclass
class Ledger:
    """The rows in a folder that were made under these facts."""

    folder: Path
    facts: Mapping[str, Any]
    rows: dict[tuple[str, str, int], Row] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Keeps a row, on disk too."""
        self.rows[row.key] = row
        document = {**self.facts, "look": Look._fields, "rows": [asdict(each) for each in self.rows.values()]}
        self.folder.mkdir(parents=True, exist_ok=True)
        replace_file(self.folder / FILE, (json.dumps(document, separators=(",", ":")) + "\n").encode())


def opened(folder: Path, facts: Mapping[str, Any]) -> Ledger:
    """The folder's ledger; without its rows where they were made under other facts."""
    path, ledger = folder / FILE, Ledger(folder, json.loads(json.dumps(facts)))
    if path.is_file():
        document = json.loads(path.read_text())
        if all(document.get(name) == value for name, value in ledger.facts.items()):
            for each in document["rows"]:
                row = Row(**each | {"course": tuple(Look(*look) for look in each["course"])})
                ledger.rows[row.key] = row
    return ledger

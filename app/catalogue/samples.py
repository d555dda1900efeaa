"""The sample sheets beside the checkpoints, each read once."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.errors import SamplesMissing
from models.checkpoint import SAMPLES


@dataclass(frozen=True)
class Sheet:
    """A PNG and its strong ETag."""

    data: bytes
    etag: str


class Samples:
    """Gives the sheets of a folder of checkpoints. Only ever asked for ids that are served, never for paths."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.read: dict[str, Sheet] = {}

    def exists(self, id: str) -> bool:
        """Whether the checkpoint has a sheet."""
        return id in self.read or (self.root / id / SAMPLES).is_file()

    def sheet(self, id: str) -> Sheet:
        """The sheet of a checkpoint. Raises SamplesMissing."""
        if id not in self.read:
            path = self.root / id / SAMPLES
            if not path.is_file():
                raise SamplesMissing(f"{id} has no {SAMPLES}")
            data = path.read_bytes()
            self.read[id] = Sheet(data, f'"{sha256(data).hexdigest()[:32]}"')
        return self.read[id]

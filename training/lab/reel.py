"""What the pictures of a run are drawn from: G's points and D's surface at every frame, as one file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.lab.run import Frame

SHOWN = 320  # points of each frame that are drawn: 2,500 would hide one another


@dataclass(frozen=True)
class Reel:
    """Row i of every array is frame i: its step, seconds, modes, points (n 2) and surface (h w)."""

    step: NDArray[np.int64]
    seconds: NDArray[np.float64]
    modes: NDArray[np.int64]
    points: NDArray[np.float32]
    surface: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.step)

    def at(self, seconds: float) -> int:
        """The frame nearest to a time."""
        return int(np.abs(self.seconds - seconds).argmin())


def save(path: Path, frames: Sequence[Frame]) -> None:
    """Writes the frames of a run, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez_compressed(
            file,
            step=[frame.step for frame in frames],
            seconds=[frame.seconds for frame in frames],
            modes=[frame.coverage.modes for frame in frames],
            points=np.stack([frame.points[:SHOWN].numpy() for frame in frames]),
            surface=np.stack([frame.surface.numpy() for frame in frames if frame.surface is not None]),
        )
    part.replace(path)


def load(path: Path) -> Reel:
    """The frames again."""
    with np.load(path, allow_pickle=False) as file:
        return Reel(**{name: file[name] for name in file.files})

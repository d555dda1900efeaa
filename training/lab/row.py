"""What one run of the lab left: how it ended, and its course."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models.lab.run import Frame


class Look(NamedTuple):
    """One frame, in numbers."""

    seconds: float
    step: int
    modes: int
    high_quality: float
    reverse_kl: float


@dataclass(frozen=True)
class Row:
    """A run. `visited` counts the modes that were covered at any look of its second half: more than the modes at its
    end where G rotates."""

    method: str
    target: str
    seed: int
    visited: int
    course: tuple[Look, ...]

    @property
    def end(self) -> Look:
        """The last frame."""
        return self.course[-1]

    @property
    def key(self) -> tuple[str, str, int]:
        """Which run it was."""
        return self.method, self.target, self.seed


def row_of(method: str, target: str, seed: int, frames: Sequence[Frame]) -> Row:
    """A run's frames as a row."""
    half = frames[-1].seconds / 2
    visited = {mode for frame in frames if frame.seconds >= half for mode in frame.coverage.covered}
    return Row(method, target, seed, len(visited), tuple(look_of(frame) for frame in frames))


def look_of(frame: Frame) -> Look:
    """A frame in numbers, rounded to what they mean."""
    found = frame.coverage
    return Look(
        round(frame.seconds, 3), frame.step, found.modes, round(found.high_quality, 4), round(found.reverse_kl, 4)
    )

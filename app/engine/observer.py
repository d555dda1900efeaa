"""What the engine tells whoever watches it: the seam to metrics."""

from typing import Literal, Protocol

Shed = Literal["queue-full", "deadline", "shutting-down"]


class EngineObserver(Protocol):
    """Hears of every event. Called from lanes and from the event loop alike: quick, thread-safe, never raising."""

    def queue_changed(self, *, depth: int, cost: int) -> None:
        """This many requests wait now, worth this many cost units (rows x pixels x steps)."""

    def batch_formed(self, model: str, *, size: int, waited: float) -> None:
        """A lane took `size` rows at once; the longest waiting of them waited this many seconds."""

    def device_seconds(self, model: str, seconds: float) -> None:
        """A batch kept its lane's device busy for so long."""

    def encode_seconds(self, model: str, seconds: float) -> None:
        """The answers of a batch took so long to encode."""

    def shed(self, model: str, reason: Shed) -> None:
        """A request was refused or given up."""

    def cancelled(self, model: str, *, rows: int) -> None:
        """Nobody waits for a request any more; so many of its rows were not computed yet, and never will be."""

    def failed(self, model: str) -> None:
        """A request raised in a lane."""

    def cache_answered(self, model: str, *, hit: bool) -> None:
        """A seeded request was looked up among the kept answers."""


class Silence:
    """The observer of an engine that nobody watches."""

    def queue_changed(self, *, depth: int, cost: int) -> None:
        """Says nothing."""

    def batch_formed(self, model: str, *, size: int, waited: float) -> None:
        """Says nothing."""

    def device_seconds(self, model: str, seconds: float) -> None:
        """Says nothing."""

    def encode_seconds(self, model: str, seconds: float) -> None:
        """Says nothing."""

    def shed(self, model: str, reason: Shed) -> None:
        """Says nothing."""

    def cancelled(self, model: str, *, rows: int) -> None:
        """Says nothing."""

    def failed(self, model: str) -> None:
        """Says nothing."""

    def cache_answered(self, model: str, *, hit: bool) -> None:
        """Says nothing."""

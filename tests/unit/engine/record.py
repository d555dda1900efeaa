"""An observer that keeps what it hears."""

from app.engine.observer import Shed, Silence


class Record(Silence):
    """Every event, in the order in which it came."""

    def __init__(self) -> None:
        self.depth = self.cost = 0
        self.batches: list[int] = []
        self.sheds: list[str] = []
        self.cancels: list[int] = []
        self.failures = 0

    def queue_changed(self, *, depth: int, cost: int) -> None:
        """Keeps the newest."""
        self.depth, self.cost = depth, cost

    def batch_formed(self, model: str, *, size: int, waited: float) -> None:
        """Keeps the sizes."""
        self.batches.append(size)

    def shed(self, model: str, reason: Shed) -> None:
        """Keeps the reasons."""
        self.sheds.append(reason)

    def cancelled(self, model: str, *, rows: int) -> None:
        """Keeps the numbers of rows."""
        self.cancels.append(rows)

    def failed(self, model: str) -> None:
        """Counts."""
        self.failures += 1

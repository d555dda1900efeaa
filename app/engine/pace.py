"""How fast lanes work off what waits, as measured."""

from collections.abc import Mapping

MEMORY = 0.9  # weight of the past against the newest batch


class Pace:
    """Seconds a cost unit, by model: an exponential mean over batches. Lanes note, the queue asks."""

    def __init__(self, lanes: int) -> None:
        self.lanes = lanes
        self._unit: dict[str, float] = {}

    def note(self, model: str, *, cost: int, seconds: float) -> None:
        """A batch worth `cost` units kept a lane busy for so long."""
        now = seconds / cost
        self._unit[model] = MEMORY * self._unit.get(model, now) + (1 - MEMORY) * now

    def seconds(self, waiting: Mapping[str, int]) -> float:
        """How long all lanes together need for so many units of each model; a model never run counts nothing."""
        return sum(self._unit.get(model, 0.0) * cost for model, cost in waiting.items()) / self.lanes

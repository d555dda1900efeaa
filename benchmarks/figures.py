"""What is measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """So many clients of the server, once."""

    clients: int
    images_per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float  # of the server, an image
    client_cores: float


@dataclass(frozen=True)
class Raw:
    """The network in bare threads at one batch size, once."""

    batch: int
    images_per_second: float
    cpu_ms: float  # an image


@dataclass(frozen=True)
class Round:
    """Everything once."""

    raws: list[Raw]
    loads: list[Load]

    @property
    def best(self) -> Raw:
        """The batch size with the highest rate."""
        return max(self.raws, key=lambda raw: raw.images_per_second)

"""Wilson's interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953): honest near 0 and 1, and for few."""

import math
from dataclasses import dataclass

Z95 = 1.959964  # of the normal distribution, two-sided 95 %


@dataclass(frozen=True)
class Share:
    """k of n, in [0, 1], with the 95 % interval."""

    k: int
    n: int

    @property
    def value(self) -> float:
        """The share itself; 0 of nothing."""
        return self.k / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's; of nothing everything is possible."""
        if not self.n:
            return 0.0, 1.0
        p, n, zz = self.value, self.n, Z95**2
        middle = (p + zz / (2 * n)) / (1 + zz / n)
        half = Z95 * math.sqrt(p * (1 - p) / n + zz / (4 * n * n)) / (1 + zz / n)
        return max(0.0, middle - half), min(1.0, middle + half)

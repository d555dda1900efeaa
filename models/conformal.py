"""What a score means, by the scores of normals that training did not see (Vovk et al. 2005; Bates et al. 2023,
arXiv:2104.08279, section 2.1).

p = (k + 1) / (n + 1), k being how many of the n held-out normals score at least as high. If a new image is normal, and
drawn as they were, P(p <= rate) <= rate, whatever the scores are.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence

from models.errors import CalibrationTooSmall


def p_value(score: float, held: Sequence[float], *, looks: int = 1) -> float:
    """Of a score against the ascending scores of held-out normals.

    `looks` is how many parts of an image were scored, this being the highest of theirs: then p is that many times as
    large (Bonferroni), since one part in a hundred would otherwise stand out in any image of a hundred parts.
    """
    k = len(held) - bisect_left(held, score)
    return min(1.0, looks * (k + 1) / (len(held) + 1))


def needed(rate: float, *, looks: int = 1) -> int:
    """How many held-out normals it takes for p to reach `rate`."""
    return max(1, math.ceil(looks / rate - 1e-9) - 1)


def require(count: int, rate: float, *, looks: int = 1, what: str) -> None:
    """Raises CalibrationTooSmall where no score at all could be called anomalous at this rate."""
    if count < (least := needed(rate, looks=looks)):
        parts = f" of {looks} frames" if looks > 1 else ""
        raise CalibrationTooSmall(
            f"{what}: a false-positive rate of {rate:g} for an image{parts} needs {least} held-out normals, "
            f"there are {count}"
        )


def threshold(held: Sequence[float], rate: float, *, looks: int = 1) -> float:
    """The score above which p <= rate; inf where there are too few normals."""
    allowed = math.floor(rate * (len(held) + 1) / looks + 1e-9) - 1  # normals that may score as high
    if allowed < 0:
        return math.inf
    return held[len(held) - 1 - allowed] if allowed < len(held) else -math.inf

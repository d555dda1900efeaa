"""How many modes a sample covers, and how well (Srivastava et al. 2017, arXiv:1705.07761; Lin et al. 2018).

A point within three standard deviations of a mode is of high quality, and a mode that has one counts as covered. Both
grow or shrink with the number of points: 2,500 are usual.
"""

import math
from dataclasses import dataclass

import torch

from models.lab.mixtures import Mixture, Points

POINTS = 2500


@dataclass(frozen=True)
class Coverage:
    """Of one sample: which modes, by their row; the share of high quality; reverse KL.

    `reverse_kl` is in nats: 0 where all modes are equally likely, log k where there is only one.
    """

    covered: tuple[int, ...]
    high_quality: float
    reverse_kl: float

    @property
    def modes(self) -> int:
        """How many are covered."""
        return len(self.covered)


def cover(points: Points, mixture: Mixture) -> Coverage:
    """The coverage of a sample.

    The histogram of reverse_kl, KL(generated || uniform), counts every point at its nearest mode, so that it is
    defined where no point is of high quality.
    """
    distance, nearest = torch.cdist(points, mixture.centres.to(points)).min(dim=1)
    fine = distance <= 3 * mixture.sigma
    shares = torch.bincount(nearest, minlength=len(mixture.modes)).double() / len(points)
    return Coverage(
        covered=tuple(nearest[fine].unique().tolist()),
        high_quality=float(fine.double().mean()),
        reverse_kl=max(0.0, float(torch.xlogy(shares, shares).sum()) + math.log(len(mixture.modes))),
    )

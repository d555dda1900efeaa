"""k-means (Lloyd 1982, started by k-means++ of Arthur and Vassilvitskii 2007): groups of a data set, without labels.

Images are compared at half their size: strokes that miss each other by a pixel are alike.
"""

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor, nn

from models.tensors import Features, Images, Labels
from training.data import Dataset
from training.errors import DataUnfit
from training.randomness import mix

ITERATIONS = 50  # of Lloyd's; on 8,000 digits and 40 groups few images still change sides after 30


class Clusters(nn.Module):
    """The centres, which a run's state keeps, and the share of the data set that is nearest to each."""

    centres: Tensor

    def __init__(self, data: Dataset, k: int, *, seed: int = 0) -> None:
        """Raises DataUnfit where there are fewer images than groups."""
        super().__init__()
        if len(data) < k:
            raise DataUnfit(f"{k} clusters were asked for; {data.name} has {len(data)} images")
        points = halved(torch.from_numpy(data.images).float() / 255)
        self.register_buffer("centres", k_means(points, k, random=np.random.default_rng(mix(seed, k))))
        counts = torch.bincount(nearest(points, self.centres), minlength=k)
        self.shares = tuple(round(float(count) / len(data), 4) for count in counts)

    def forward(self, x: Images) -> Labels:
        """b c h w in [0, 1] -> b: the nearest centre of each."""
        return nearest(halved(x), self.centres)


def halved(x: Images) -> Features:
    """b c h w -> b d: means of 2x2 pixels, in fp32 under autocast as well."""
    return functional.avg_pool2d(x.float(), 2).flatten(1)


def nearest(points: Features, centres: Features) -> Labels:
    """n d, k d -> n: argmin_j ||x - c_j||_2."""
    return torch.cdist(points, centres, compute_mode="donot_use_mm_for_euclid_dist").argmin(dim=1)


def k_means(points: Features, k: int, *, random: np.random.Generator) -> Features:
    """n d -> k d: the centres. One that lost its last point moves to a point at random."""
    centres = spread(points, k, random=random)
    for _ in range(ITERATIONS):
        owner = nearest(points, centres)
        for j in range(k):
            own = points[owner == j]
            centres[j] = own.mean(dim=0) if len(own) else points[random.integers(len(points))]
    return centres


def spread(points: Features, k: int, *, random: np.random.Generator) -> Features:
    """k-means++: each next centre is a point, drawn in proportion to its squared distance to those there are."""
    rows = [int(random.integers(len(points)))]
    squared = (points - points[rows[0]]).square().sum(dim=1)
    for _ in range(k - 1):
        weights: NDArray[np.float64] = squared.double().numpy()
        total = weights.sum()
        rows.append(int(random.choice(len(points), p=weights / total if total else None)))
        squared = torch.minimum(squared, (points - points[rows[-1]]).square().sum(dim=1))
    return points[rows].clone()

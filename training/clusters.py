"""k-means (Lloyd 1982, started by k-means++ of Arthur and Vassilvitskii 2007): groups of a data set, without labels.

Images are compared at half their size: strokes that miss each other by a pixel are alike. Stacked digits are grouped
digit by digit: every channel has a cluster of its own, of the same k for all.
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
POINTS = 10_000  # that the centres are found from, at random where there are more


class Clusters(nn.Module):
    """The centres, which a run's state keeps, and the share of the data set that is nearest to each.

    An image is of one cluster, or `by_channel` of one a channel.
    """

    centres: Tensor

    def __init__(self, data: Dataset, k: int, *, by_channel: bool = False, seed: int = 0) -> None:
        """Raises DataUnfit where there are fewer images than groups."""
        super().__init__()
        if len(data) < k:
            raise DataUnfit(f"{k} clusters were asked for; {data.name} has {len(data)} images")
        self.by_channel, random = by_channel, np.random.default_rng(mix(seed, k))
        points = halved(self.parts(torch.from_numpy(data.images)).float() / 255)
        some = points[random.permutation(len(points))[:POINTS]] if len(points) > POINTS else points
        self.register_buffer("centres", k_means(some, k, random=random))
        counts = torch.bincount(nearest(points, self.centres), minlength=k)
        self.shares = tuple(round(float(count) / len(points), 4) for count in counts)

    def parts(self, x: Images) -> Images:
        """What has a cluster of its own: the images as they are, or b c h w -> (b c) 1 h w."""
        return x.flatten(0, 1).unsqueeze(1) if self.by_channel else x

    def forward(self, x: Images) -> Labels:
        """b c h w in [0, 1] -> b, or (b c) by channel: the nearest centre of each."""
        return nearest(halved(self.parts(x)), self.centres)

    def told(self, x: Images) -> Features:
        """b c h w in [0, 1] -> b k, or b (c k) by channel: one-hot, as G and D are told."""
        return functional.one_hot(self(x), len(self.centres)).float().reshape(len(x), -1)


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

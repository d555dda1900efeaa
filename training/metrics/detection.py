"""How well scores tell anomalies from normals, of images and of pixels. Higher scores mean more anomalous.

AUROC: the share of pairs that are in the right order, a tie being half of one (Mann and Whitney 1947). AP: the mean
precision over the positives, equal scores taken together. PRO: per-region overlap, integrated up to a false-positive
rate (Bergmann et al. 2020, arXiv:1911.02357, section 4.2).
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from models.regions import labelled
from training.metrics.errors import MetricError

Values = Float[Tensor, " n"]
Truth = Bool[Tensor, " n"]
Maps = Float[Tensor, "n h w"]
Pixels = Bool[Tensor, "n h w"]
LIMIT = 0.3


class OneSided(MetricError):
    """There is nothing to tell apart: all are normal, or all are anomalous."""


def counts(scores: Values, truth: Truth) -> tuple[Tensor, Tensor]:
    """Positives and negatives at or above each distinct score, from the highest down, in float64.

    Raises OneSided.
    """
    if truth.all() or not truth.any():
        raise OneSided(f"of {len(truth)} scores {int(truth.sum())} are of anomalies: there is nothing to tell apart")
    order = scores.argsort(descending=True)
    scores, truth = scores[order], truth[order]
    last = torch.cat([scores[1:] != scores[:-1], torch.ones(1, dtype=torch.bool)])
    found = (truth.double().cumsum(0), (~truth).double().cumsum(0))
    return found[0][last], found[1][last]


def auroc(scores: Values, truth: Truth) -> float:
    """P(anomaly > normal) + P(equal) / 2."""
    tp, fp = counts(scores, truth)
    x, y = (torch.cat([torch.zeros(1, dtype=torch.float64), part / part[-1]]) for part in (fp, tp))
    return float(torch.trapezoid(y, x))


def average_precision(scores: Values, truth: Truth) -> float:
    """sum over distinct scores of (recall gained) x (precision there)."""
    tp, fp = counts(scores, truth)
    gained = torch.diff(tp, prepend=torch.zeros(1, dtype=torch.float64)) / tp[-1]
    return float((gained * tp / (tp + fp)).sum())


def pro(maps: Maps, masks: Pixels, *, limit: float = LIMIT) -> float:
    """The mean share of each connected region that is found, over false-positive rates of pixels from 0 to `limit`,
    as a share of what a perfect map has.
    """
    regions = [labelled(mask) for mask in masks]
    sizes = [torch.bincount(each.flatten())[1:].double() for each in regions]
    n = sum(map(len, sizes))
    if not n or masks.all():
        raise OneSided(f"there are {n} regions in {len(masks)} masks, and {int((~masks).sum())} pixels outside of them")
    weights = [
        torch.cat([torch.zeros(1).double(), 1 / (n * size)])[each] for each, size in zip(regions, sizes, strict=True)
    ]
    scores, weight, normal = maps.flatten(), torch.stack(weights).flatten(), (~masks).flatten().double()
    order = scores.argsort(descending=True)
    scores = scores[order]
    last = torch.cat([scores[1:] != scores[:-1], torch.ones(1, dtype=torch.bool)])
    zero = torch.zeros(1, dtype=torch.float64)
    y = torch.cat([zero, weight[order].cumsum(0)[last]])
    x = torch.cat([zero, (normal[order].cumsum(0) / normal.sum())[last]])
    return area(x, y, limit=limit) / limit


def area(x: Tensor, y: Tensor, *, limit: float) -> float:
    """Under the curve of ascending x, up to the limit, straight between points."""
    inside = int((x <= limit).sum())
    if inside == len(x):
        return float(torch.trapezoid(y, x))
    slope = (y[inside] - y[inside - 1]) / (x[inside] - x[inside - 1])
    end = y[inside - 1] + slope * (limit - x[inside - 1])
    xs = torch.cat([x[:inside], torch.tensor([limit], dtype=x.dtype)])
    return float(torch.trapezoid(torch.cat([y[:inside], end[None]]), xs))


def dice_at(maps: Maps, masks: Pixels, *, threshold: float) -> float:
    """2 |A and B| / (|A| + |B|) over all pixels, A where the map is above the threshold."""
    found = maps > threshold
    return float(2 * (found & masks).sum() / (found.sum() + masks.sum()).clamp(min=1))

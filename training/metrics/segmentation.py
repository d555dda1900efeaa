"""How well masks agree, from the table of true and named classes over all pixels of all images."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from models.tensors import Masks

Table = Int[Tensor, "k k"]
Shares = Float[Tensor, " k"]


def agreement(told: Masks, true: Masks, *, k: int) -> Table:
    """How many pixels of class i (row) were named j (column)."""
    return torch.bincount((true.long() * k + told.long()).flatten(), minlength=k * k).view(k, k)


def iou(table: Table) -> Shares:
    """Intersection over union of each class (Jaccard); NaN for one that is neither there nor named."""
    both = table.diagonal().double()
    return both / (table.sum(dim=0) + table.sum(dim=1) - both)


def dice(table: Table) -> Shares:
    """Twice the intersection over the sum of both areas, of each class; NaN as for `iou`."""
    return 2 * table.diagonal().double() / (table.sum(dim=0) + table.sum(dim=1))


def pixel_accuracy(table: Table) -> float:
    """The share of pixels that have their class's name."""
    return float(table.diagonal().sum() / table.sum())

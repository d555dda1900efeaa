"""Connected regions of a mask, neighbours also across corners: by runs of a row and union-find."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Int
from torch import Tensor

Mask = Bool[Tensor, "h w"]
Run = tuple[int, int, int]  # row, first column, column after the last


@dataclass(frozen=True)
class Box:
    """The smallest rectangle around a region: left and top, width and height, and how many of its pixels belong."""

    x: int
    y: int
    width: int
    height: int
    pixels: int


def runs_of(mask: Mask) -> list[Run]:
    """Every run of set pixels, row by row."""
    padded = np.pad(mask.numpy(), ((0, 0), (1, 1))).astype(np.int8)
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    return list(zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True))


def joined(runs: list[Run]) -> list[int]:
    """For each run the number of its region, from 1 on in the order of their first runs."""
    parent = list(range(len(runs)))

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = run = parent[parent[run]]
        return run

    above = 0
    for run, (row, start, end) in enumerate(runs):
        while runs[above][0] < row - 1 or (runs[above][0] == row - 1 and runs[above][2] < start):
            above += 1
        other = above
        while runs[other][0] == row - 1 and runs[other][1] <= end:
            a, b = root(run), root(other)
            parent[max(a, b)] = min(a, b)
            other += 1
    names: dict[int, int] = {}
    return [names.setdefault(root(run), len(names) + 1) for run in range(len(runs))]


def labelled(mask: Mask) -> Int[Tensor, "h w"]:
    """0 where the mask is not set, elsewhere the number of the region."""
    labels = torch.zeros(mask.shape, dtype=torch.int64)
    runs = runs_of(mask)
    for (row, start, end), label in zip(runs, joined(runs), strict=True):
        labels[row, start:end] = label
    return labels


def boxes(mask: Mask) -> list[Box]:
    """Around every region, the one with most pixels first."""
    runs = runs_of(mask)
    regions: dict[int, list[Run]] = {}
    for run, label in zip(runs, joined(runs), strict=True):
        regions.setdefault(label, []).append(run)
    return sorted(map(box, regions.values()), key=lambda each: -each.pixels)


def box(runs: list[Run]) -> Box:
    """Around the runs of one region."""
    left, right = min(start for _, start, _ in runs), max(end for _, _, end in runs)
    top, bottom = runs[0][0], runs[-1][0]
    return Box(left, top, right - left, bottom - top + 1, sum(end - start for _, start, end in runs))

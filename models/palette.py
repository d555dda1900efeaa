"""Colours for masks: one a class."""

import math

import torch
from torch import Tensor

LIGHT, DARK = 0.95, 0.1


def palette(k: int) -> Tensor:
    """k 3, in [0, 1]: near white for the first class, near black for the last, between them hues far apart."""
    hues = torch.arange(max(k - 2, 0))[:, None] / max(k - 2, 1) + torch.tensor([0.0, -1 / 3, 1 / 3])
    between = 0.5 + 0.4 * torch.cos(2 * math.pi * hues)
    return torch.cat([torch.full((1, 3), LIGHT), between, torch.full((1, 3), DARK)])[:k]

"""An image, what was done to it, and what came of that: the lecture's panda figure."""

import torch

from models.tensors import Images

COLUMNS = 3


def strip(x: Images, z: Images) -> Images:
    """b c h w twice -> 3 b c h w: each original, its change, and the other image, one after the other.

    The change is around grey, and amplified until the largest of it is black or white.
    """
    delta = z - x
    largest = delta.flatten(1).abs().amax(dim=1).clamp_min(1e-6).view(-1, 1, 1, 1)
    return torch.stack([x, 0.5 + 0.5 * delta / largest, z], dim=1).flatten(0, 1)


def changes(x: Images, z: Images) -> list[dict[str, float]]:
    """L-inf in 1/255, L2 and the number of changed pixels, image by image."""
    delta = (z - x).double()
    pixels = (delta.abs().amax(dim=1) > 0).flatten(1).sum(dim=1)
    return [
        {"linf": round(float(255 * row.abs().max())), "l2": round(float(row.norm()), 6), "l0": int(n)}
        for row, n in zip(delta, pixels, strict=True)
    ]

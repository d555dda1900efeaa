"""DS of PULSE: bicubic, antialiased as Pillow does it, so that whoever checks an answer finds what we found."""

import torch.nn.functional as functional
from torch import Tensor

from models.tensors import Images, SmallImages


def downscaled(x: Images, height: int, width: int) -> SmallImages:
    """Differentiable; b c h w -> b c height width. Pillow also rounds, and clips where the filter overshoots."""
    small: Tensor = functional.interpolate(x, size=(height, width), mode="bicubic", antialias=True, align_corners=False)
    return small.clamp(0, 1)

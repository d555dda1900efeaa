"""JPEG as a defence (Dziugaite, Ghahramani and Roy 2016, arXiv:1608.00853; Guo et al. 2018, arXiv:1711.00117).

What the format loses (ITU-T T.81: annex A.3.3 for the DCT, annex K.1 for the tables): 8x8 blocks of Y, Cb and Cr are
transformed, divided by a table and rounded. Quality scales the tables as libjpeg does; chroma keeps its resolution
(4:4:4). A gradient passes as if nothing were rounded.
"""

import math
from dataclasses import dataclass
from functools import cache

import torch
import torch.nn.functional as functional
from torch import Tensor

from models.streams import Keys
from models.tensors import Images
from models.victim import bpda

LUMINANCE = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)
CHROMINANCE = (
    (17, 18, 24, 47, 99, 99, 99, 99),
    (18, 21, 26, 66, 99, 99, 99, 99),
    (24, 26, 56, 99, 99, 99, 99, 99),
    (47, 66, 99, 99, 99, 99, 99, 99),
    *((99,) * 8,) * 4,
)
TO_YCBCR = ((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))  # JFIF 1.02, page 3
HALF_AWAY = 1e-9  # a sum of whole numbers that ends in a half may come out a little below it
FROM_YCBCR = ((1.0, 0.0, 1.402), (1.0, -0.344136, -0.714136), (1.0, 1.772, 0.0))


@dataclass(frozen=True)
class JPEG:
    """`quality` from 1 to 100, as libjpeg counts it."""

    quality: int = 75
    passes: int = 0

    def cleaned(self, x: Images, key: Keys) -> Images:  # noqa: ARG002 - nothing here is random
        """The image that a decoder makes of the file, grey or RGB."""
        h, w = x.shape[2:]
        values = functional.pad(255 * x.double(), (0, -w % 8, 0, -h % 8), mode="replicate")
        if x.shape[1] == 3:
            values = rounded(mixed(values, TO_YCBCR))  # Cb and Cr around 0 already
            values = torch.cat([values[:, :1] - 128, values[:, 1:]], dim=1)
        else:
            values = values - 128
        values = self._blocks(values)
        if x.shape[1] == 3:
            values = mixed(torch.cat([values[:, :1] + 128, values[:, 1:]], dim=1), FROM_YCBCR)
        else:
            values = values + 128
        return (bpda(rounded(values).clamp(0, 255), values)[:, :, :h, :w] / 255).to(x.dtype)

    def _blocks(self, values: Tensor) -> Tensor:
        """b c h w, around 0: through the DCT and back."""
        b, c, h, w = values.shape
        D = dct().to(values)
        tables = torch.stack([table(self.quality, chroma=channel > 0) for channel in range(c)]).to(values)
        blocks = values.view(b, c, h // 8, 8, w // 8, 8).transpose(3, 4)  # b c h/8 w/8 8 8
        tables = tables[:, None, None]
        restored = D.T @ (rounded((D @ blocks @ D.T) / tables) * tables) @ D
        return rounded(restored.transpose(3, 4).reshape(b, c, h, w))


def rounded(values: Tensor) -> Tensor:
    """To whole numbers, halves away from zero as in libjpeg, with the gradient of the identity."""
    return bpda(values.sign() * (values.abs() + 0.5 + HALF_AWAY).floor(), values)


def mixed(values: Tensor, matrix: tuple[tuple[float, ...], ...]) -> Tensor:
    """The matrix on the channels of every pixel."""
    return torch.einsum("oc,bchw->bohw", torch.tensor(matrix).to(values), values)


@cache
@torch.inference_mode(False)  # it is kept, and a tensor of inference mode passes no gradient
def dct() -> Tensor:
    """The orthonormal DCT-II of eight values: frequencies x places."""
    k, n = torch.arange(8.0).double()[:, None], torch.arange(8.0).double()[None]
    D = torch.cos(math.pi * (2 * n + 1) * k / 16) / 2
    return torch.cat([D[:1] / math.sqrt(2), D[1:]])


def table(quality: int, *, chroma: bool) -> Tensor:
    """The divisors at this quality (jpeg_quality_scaling of libjpeg)."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    base = torch.tensor(CHROMINANCE if chroma else LUMINANCE)
    return ((base * scale + 50) // 100).clamp(1, 255).float()

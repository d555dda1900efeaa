"""What a detector of anomalies has to beat: principal components, and the nearest training image in their space.

Every scorer here is fitted to normal images, uint8 n c h w, and gives a score for each test image; those of patches
give a map too. Float64, no randomness but in which patches are taken, seed 0.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from jaxtyping import Float
from torch import Tensor

from models.tensors import Heat, Images, Scores
from training.metrics.neighbours import nearest

Rows = Float[Tensor, "n d"]
PATCH = 8  # px a side
PATCHES = 40_000
TOP = 0.01  # of the pixels of a map, whose mean is the image's score


@dataclass(frozen=True)
class Components:
    """The mean and the first principal components of some rows, V being d k."""

    mean: Float[Tensor, " d"]
    V: Float[Tensor, "d k"]

    @classmethod
    def of(cls, x: Rows, *, k: int) -> "Components":
        """By the eigenvectors of the covariance, or of the products of rows where these are fewer than columns."""
        mean = x.mean(dim=0)
        x = x - mean
        if len(x) >= x.shape[1]:
            return cls(mean, torch.linalg.eigh(x.mT @ x).eigenvectors[:, -k:])
        found = x.mT @ torch.linalg.eigh(x @ x.mT).eigenvectors[:, -k:]
        return cls(mean, found / found.norm(dim=0).clamp(min=torch.finfo(x.dtype).tiny))

    def project(self, x: Rows) -> Rows:
        """n d -> n k."""
        return (x - self.mean) @ self.V

    def residual(self, x: Rows) -> Rows:
        """What k components leave of x."""
        return x - self.mean - self.project(x) @ self.V.mT


def flat(x: Images) -> Rows:
    """One row an image, in [0, 1]."""
    return x.flatten(1).double()


def pca(train: Images, test: Images, *, k: int) -> Scores:
    """Mean squared error of the reconstruction from k components."""
    return Components.of(flat(train), k=k).residual(flat(test)).square().mean(dim=1)


def neighbour(train: Images, test: Images, *, k: int) -> Scores:
    """Distance to the nearest training image among k components."""
    found = Components.of(flat(train), k=k)
    return nearest(found.project(flat(test)), found.project(flat(train)))


def patches(x: Images) -> Float[Tensor, "n l d"]:
    """Every patch of every image, one pixel apart."""
    return functional.unfold(x.double(), PATCH).mT


def patch_pca(train: Images, test: Images, *, k: int) -> tuple[Scores, Heat]:
    """The squared error of patches from k components, averaged where they overlap; the score is the mean of the
    highest hundredth of the map.
    """
    draw = torch.Generator().manual_seed(0)
    rows = torch.randint(len(train), (PATCHES // 100,), generator=draw)
    some = patches(train[rows])
    kept = torch.randint(some.shape[1], (100,), generator=draw)
    found = Components.of(some[:, kept].flatten(0, 1), k=k)
    heat = torch.cat([spread(found, part) for part in test.split(16)])
    return highest(heat), heat


def spread(found: Components, x: Images) -> Heat:
    """The mean over all patches that cover a pixel."""
    h, w = x.shape[2:]
    parts = patches(x)
    error = found.residual(parts.flatten(0, 1)).square().mean(dim=1).unflatten(0, parts.shape[:2])[:, None]
    total = functional.fold(error.expand(-1, PATCH**2, -1), (h, w), PATCH)
    cover = functional.fold(torch.ones_like(error).expand(-1, PATCH**2, -1), (h, w), PATCH)
    return (total / cover)[:, 0].float()


def highest(heat: Heat) -> Scores:
    """The mean of the highest hundredth of each map."""
    pixels = heat.flatten(1)
    return pixels.topk(max(1, round(TOP * pixels.shape[1])), dim=1).values.mean(dim=1)

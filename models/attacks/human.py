"""Images that fool people who have little time (Elsayed et al. 2018, arXiv:1802.08195, section 3.1).

Three things carry an attack from networks over to a human eye: an ensemble of networks, each behind a layer that sees
like a retina, sharp in the middle and the more blurred the further out; coarse classes (pets, hazards, vegetables),
each the sum of the probabilities of its classes; and a large eps of 32 / 255, approached step by step to a target.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor

from models.attacks.mifgsm import MIFGSM
from models.attacks.surrogates import Ensemble
from models.streams import Keys
from models.tensors import Images, Logits
from models.victim import Victim

LEVELS = 5  # blurs between which a pixel's own is interpolated


@dataclass(frozen=True)
class Retina:
    """A victim that sees the middle of an image sharply.

    Beyond `fovea` (in halves of the shorter side) the standard deviation of the blur grows by `slope` pixels a pixel
    of eccentricity.
    """

    victim: Victim
    fovea: float = 0.25
    slope: float = 0.05

    @property
    def passes(self) -> int:
        """As many as without."""
        return self.victim.passes

    def logits(self, x: Images, key: Keys) -> Logits:
        """Those of what reaches the retina."""
        return self.victim.logits(self.seen(x), key)

    def seen(self, x: Images) -> Images:
        """The image, blurred pixel by pixel."""
        wanted = self.blur(x)
        top = float(wanted.max())
        if top == 0:
            return x
        stack = [x, *(blurred(x, top * level / LEVELS) for level in range(1, LEVELS + 1))]
        place = wanted / top * LEVELS
        weights = [(1 - (place - level).abs()).clamp_min(0) for level in range(LEVELS + 1)]
        return sum((weight * image for weight, image in zip(weights, stack, strict=True)), start=torch.zeros_like(x))

    def blur(self, x: Images) -> Tensor:
        """The standard deviation at each pixel, in pixels: h w."""
        h, w = x.shape[2:]
        down, right = (torch.arange(n, device=x.device, dtype=x.dtype) - (n - 1) / 2 for n in (h, w))
        eccentricity = (down[:, None].square() + right[None].square()).sqrt()
        return self.slope * (eccentricity - self.fovea * min(h, w) / 2).clamp_min(0)


@dataclass(frozen=True)
class Coarse:
    """A victim's classes taken together: the log of each group's probability, as logits."""

    victim: Victim
    groups: tuple[tuple[int, ...], ...]

    @property
    def passes(self) -> int:
        """As many as without."""
        return self.victim.passes

    def logits(self, x: Images, key: Keys) -> Logits:
        """b c h w -> b groups."""
        fine = self.victim.logits(x, key).log_softmax(dim=1)
        return torch.stack([fine[:, list(group)].logsumexp(dim=1) for group in self.groups], dim=1)


def blurred(x: Images, sigma: float) -> Images:
    """Gaussian blur, the border repeated."""
    reach = max(1, math.ceil(3 * sigma))
    places = torch.arange(-reach, reach + 1, device=x.device, dtype=x.dtype)
    kernel = torch.exp(-places.square() / (2 * sigma**2))
    kernel = (kernel / kernel.sum()).expand(x.shape[1], 1, 1, -1)
    x = functional.conv2d(functional.pad(x, (reach, reach, 0, 0), "replicate"), kernel, groups=x.shape[1])
    return functional.conv2d(functional.pad(x, (0, 0, reach, reach), "replicate"), kernel.mT, groups=x.shape[1])


def human_fooling(networks: Sequence[Victim], groups: Sequence[Sequence[int]]) -> MIFGSM:
    """The recipe; its rows name coarse classes, with eps 32 and an infinite kappa: it goes as far as it can."""
    coarse = tuple(map(tuple, groups))
    return MIFGSM(Ensemble(tuple(Coarse(Retina(network), coarse) for network in networks)))

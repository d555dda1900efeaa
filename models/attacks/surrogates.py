"""Networks that stand in for one that cannot be looked into."""

from dataclasses import dataclass

import torch
import torch.nn.functional as functional

from models.streams import Keys, fold, uniform
from models.tensors import Images, Logits
from models.victim import Victim


@dataclass(frozen=True)
class Ensemble:
    """Several victims as one, their logits averaged (Dong et al. 2018, arXiv:1710.06081, section 3.4)."""

    members: tuple[Victim, ...]

    @property
    def passes(self) -> int:
        """Those of all members."""
        return sum(member.passes for member in self.members)

    def logits(self, x: Images, key: Keys) -> Logits:
        """The mean over members; each has its own random stream."""
        answers = [member.logits(x, fold(key, number)) for number, member in enumerate(self.members)]
        return torch.stack(answers).mean(dim=0)


@dataclass(frozen=True)
class Diverse:
    """A victim that sees each image shrunk and moved, with probability p (Xie et al. 2019, arXiv:1803.06978, eq. 4).

    The scale is uniform in [least, 1], the place uniform in what is left, and around it there is black.
    """

    victim: Victim
    least: float = 0.85
    p: float = 0.5

    @property
    def passes(self) -> int:
        """As many as without."""
        return self.victim.passes

    def logits(self, x: Images, key: Keys) -> Logits:
        """Those of the image that it sees."""
        u = uniform(key, [4])
        scale = torch.where(u[:, 0] < self.p, self.least + (1 - self.least) * u[:, 1], 1.0)
        shift = (2 * u[:, 2:] - 1) * (1 - scale)[:, None]  # of the centre, in halves of a side
        theta = torch.zeros(len(x), 2, 3, device=x.device, dtype=x.dtype)
        theta[:, 0, 0] = theta[:, 1, 1] = 1 / scale
        theta[:, :, 2] = -shift / scale[:, None]
        grid = functional.affine_grid(theta, list(x.shape), align_corners=False)
        return self.victim.logits(functional.grid_sample(x, grid, align_corners=False), fold(key, 1))

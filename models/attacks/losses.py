"""What attacks ascend, row by row. A loss grows as the goal of its row comes nearer."""

from collections.abc import Callable

import torch
import torch.nn.functional as functional

from models.attacks.rows import ANY, Rows, margin
from models.tensors import Logits, Scores

Loss = Callable[[Logits, Rows], Scores]


def cross_entropy(logits: Logits, rows: Rows) -> Scores:
    """J(x, y) away from the label (Goodfellow et al. 2015), or -J(x, target)."""
    free = rows.target == ANY
    wanted = torch.where(free, rows.y, rows.target)
    J = functional.cross_entropy(logits, wanted, reduction="none")
    return torch.where(free, J, -J)


def margin_loss(logits: Logits, rows: Rows) -> Scores:
    """The margin itself: C&W's f with the sign turned. Its gradient does not fade where the softmax is saturated."""
    return margin(logits, rows)


def dlr(logits: Logits, rows: Rows) -> Scores:
    """Difference of logits ratio (Croce and Hein 2020, arXiv:2003.01690, eq. 6 and 7), free of the logits' scale.

    Away from y: -(z_y - max z_i) / (z_pi1 - z_pi3). To a target: -(z_y - z_t) / (z_pi1 - (z_pi3 + z_pi4) / 2). Needs
    three classes, or four for a target; the denominator takes the last there is where there are fewer.
    """
    ordered = logits.sort(dim=1, descending=True).values
    third, fourth = (ordered[:, min(place, logits.shape[1] - 1)] for place in (2, 3))
    z_y = logits.gather(1, rows.y[:, None]).squeeze(1)
    z_t = logits.gather(1, rows.target.clamp_min(0)[:, None]).squeeze(1)
    tiny = 1e-12
    free = margin(logits, rows) / (ordered[:, 0] - third + tiny)
    targeted = (z_t - z_y) / (ordered[:, 0] - (third + fourth) / 2 + tiny)
    return torch.where(rows.target == ANY, free, targeted)

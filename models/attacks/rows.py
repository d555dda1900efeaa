"""What an attack is given and what it gives back, row by row.

Threat model: a row's image x, what it shows (y), what it should be taken for instead (a target, or anything but y), how
far it may move and where. Whether it succeeded is decided on the 8-bit image that is returned.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from models.errors import AttackInvalid
from models.lattice import LEVELS, quantised
from models.solver import Mask
from models.streams import Keys, keys
from models.tensors import Images, Labels, Logits, Scores

ANY = -1  # in the place of a target: whatever y is not
TIE = 1e-4  # logits closer than this may change places in a batch of another size: no success

Counts = Int[Tensor, " b"]


@dataclass(frozen=True)
class Rows:
    """Images to attack. `eps` is in 1/255 in the attack's norm, `steps` the budget of each restart.

    A row is done once its margin passes `kappa` (C&W's confidence): 0 stops at the first success, infinity never.
    """

    x: Images  # 8-bit images
    y: Labels
    target: Labels  # ANY where the goal is any class but y
    eps: Scores
    steps: Counts
    kappa: Scores
    mask: Bool[Tensor, "b 1 h w"]  # which pixels may change
    seed: Keys


@dataclass(frozen=True)
class Outcome:
    """`x` is an 8-bit image in the ball: adversarial where `success`, else the nearest to it that was found.

    `wrong` rows were misclassified from the start: not attacked, neither a success nor a failure. `queries` counts the
    answers of the victim that were looked at, `forwards` and `backwards` the passes of networks they took.
    """

    x: Images
    success: Mask
    wrong: Mask
    margin: Scores
    forwards: Counts
    backwards: Counts
    queries: Counts


def rows_of(
    x: Images,
    y: Labels,
    *,
    eps: int | float,
    steps: int,
    target: Labels | None = None,
    kappa: float = 0.0,
    mask: Tensor | None = None,
    seed: int = 0,
    numbers: Sequence[int] | None = None,
) -> Rows:
    """Rows under one budget; row i draws from the stream of `numbers[i]` (else i) of the seed.

    eps is floored to whole 1/255, so that rounding to eight bits stays in the ball. Raises AttackInvalid.
    """
    if not eps >= 1:  # a NaN fails this as well
        raise AttackInvalid(f"eps is {eps:g} steps of 1/255; one that an 8-bit image can show is at least 1")
    if steps < 1:
        raise AttackInvalid(f"steps is {steps}; an attack takes at least one")
    if target is not None and bool((target == y).any()):
        row = int((target == y).nonzero()[0])
        raise AttackInvalid(f"row {row}: target {int(target[row])} is its label already")
    full = torch.ones_like(x[:, :1], dtype=torch.bool)
    return Rows(
        x=quantised(x),
        y=y,
        target=torch.full_like(y, ANY) if target is None else target,
        eps=x.new_full((len(x),), float(eps)).floor(),
        steps=torch.full_like(y, steps),
        kappa=x.new_full((len(x),), kappa),
        mask=full if mask is None else full & mask.to(x.device),
        seed=keys(seed, range(len(x)) if numbers is None else numbers).to(x.device),
    )


def radius(rows: Rows) -> Tensor:
    """eps in units of x: b 1 1 1."""
    return (rows.eps / LEVELS).view(-1, 1, 1, 1)


def margin(logits: Logits, rows: Rows) -> Scores:
    """How far the goal is reached, in logits: above zero where the image is adversarial.

    Of any class over y, or of the target over all others.
    """
    wanted = torch.where(rows.target == ANY, rows.y, rows.target)
    chosen = logits.gather(1, wanted[:, None]).squeeze(1)
    rival = logits.scatter(1, wanted[:, None], -torch.inf).amax(dim=1)
    return torch.where(rows.target == ANY, rival - chosen, chosen - rival)

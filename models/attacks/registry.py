"""Every attack, by name. A new one is a file in models/attacks and an entry here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from models.attacks.fgsm import FGSM
from models.attacks.losses import margin_loss
from models.attacks.norms import L2_NORM, LINF, Norm
from models.attacks.pgd import PGD
from models.attacks.rows import Outcome, Rows
from models.errors import AttackInvalid
from models.solver import Solver
from models.victim import Victim

AttackSolver = Solver[Rows, Any, Outcome]


@dataclass(frozen=True)
class Attack:
    """`knowledge` is what it asks of the victim, `steps` a usual budget; `least` says that it looks for the smallest
    perturbation, and eps only bounds what counts.
    """

    name: str
    title: str
    paper: str
    norms: tuple[Norm, ...]
    knowledge: Literal["gradient", "scores", "label"]
    goals: tuple[Literal["untargeted", "targeted"], ...]
    steps: int
    least: bool
    build: Callable[[Victim, Norm], AttackSolver]

    def solver(self, victim: Victim, norm: str) -> AttackSolver:
        """The attack on this victim. Raises AttackInvalid where it does not know the norm."""
        for known in self.norms:
            if known.name == norm:
                return self.build(victim, known)
        raise AttackInvalid(f"{self.name} has no norm {norm!r}; it has {', '.join(each.name for each in self.norms)}")


BOTH: tuple[Literal["untargeted", "targeted"], ...] = ("untargeted", "targeted")

ATTACKS: tuple[Attack, ...] = (
    Attack("fgsm", "Fast gradient sign", "arXiv:1412.6572", (LINF,), "gradient", BOTH, 1, False, FGSM),
    Attack("fgm", "Fast gradient", "arXiv:1605.07725", (L2_NORM,), "gradient", BOTH, 1, False, FGSM),
    Attack("pgd", "Projected gradient", "arXiv:1706.06083", (LINF, L2_NORM), "gradient", BOTH, 40, False, PGD),
    Attack(
        "pgd-margin", "Projected gradient on the margin", "arXiv:1608.04644", (LINF, L2_NORM), "gradient", BOTH, 40,
        False, lambda victim, norm: PGD(victim, norm, margin_loss),
    ),
)  # fmt: skip


def attack(name: str) -> Attack:
    """The attack of this name. Raises AttackInvalid, naming those there are."""
    for candidate in ATTACKS:
        if candidate.name == name:
            return candidate
    raise AttackInvalid(f"no attack is named {name!r}; known: {', '.join(each.name for each in ATTACKS)}")

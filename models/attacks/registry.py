"""Every attack, by name. A new one is a file in models/attacks and an entry here."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from models.attacks.apgd import APGD
from models.attacks.carlini_wagner import CarliniWagner
from models.attacks.ddn import DDN
from models.attacks.deepfool import DeepFool
from models.attacks.fgsm import FGSM
from models.attacks.hopskipjump import HopSkipJump
from models.attacks.losses import dlr, margin_loss
from models.attacks.mifgsm import MIFGSM
from models.attacks.nearest import Polished
from models.attacks.norms import L2_NORM, LINF, Norm
from models.attacks.pgd import PGD
from models.attacks.rows import Outcome, Rows
from models.attacks.square import Square
from models.errors import AttackInvalid
from models.solver import Solver
from models.victim import Victim

AttackSolver = Solver[Rows, Any, Outcome]


@dataclass(frozen=True)
class Attack:
    """`knowledge` is what it asks of the victim, `steps` a usual budget; `least` says that it looks for the smallest
    perturbation, and eps only bounds what counts, `restarts` that it can start again where it failed.
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
    restarts: bool = False

    def solver(self, victim: Victim, norm: str, *, starts: int = 1) -> AttackSolver:
        """The attack on this victim, from so many starts. Raises AttackInvalid where it does not know the norm."""
        for known in self.norms:
            if known.name == norm:
                found = self.build(victim, known)
                return replace(found, restarts=starts) if isinstance(found, PGD | APGD) and self.restarts else found
        raise AttackInvalid(f"{self.name} has no norm {norm!r}; it has {', '.join(each.name for each in self.norms)}")


Goals = tuple[Literal["untargeted", "targeted"], ...]
Norms = tuple[Norm, ...]
FREE: Goals = ("untargeted",)
BOTH: Goals = ("untargeted", "targeted")
ANY_NORM: Norms = (LINF, L2_NORM)


def pgd_margin(victim: Victim, norm: Norm) -> AttackSolver:
    """PGD on the margin."""
    return PGD(victim, norm, margin_loss)


def apgd_t(victim: Victim, norm: Norm) -> AttackSolver:
    """APGD on the DLR loss, towards each of nine rivals."""
    return APGD(victim, norm, dlr, rivals=9)


def carlini_wagner(victim: Victim, norm: Norm) -> AttackSolver:
    """C&W, polished."""
    return Polished(CarliniWagner(victim, norm), victim, norm)


def deepfool(victim: Victim, norm: Norm) -> AttackSolver:
    """DeepFool, polished."""
    return Polished(DeepFool(victim, norm), victim, norm)


def ddn(victim: Victim, norm: Norm) -> AttackSolver:
    """DDN, polished."""
    return Polished(DDN(victim, norm), victim, norm)


ATTACKS: tuple[Attack, ...] = (
    Attack("fgsm", "Fast gradient sign", "arXiv:1412.6572", (LINF,), "gradient", BOTH, 1, False, FGSM),
    Attack("fgm", "Fast gradient", "arXiv:1605.07725", (L2_NORM,), "gradient", BOTH, 1, False, FGSM),
    Attack("pgd", "Projected gradient", "arXiv:1706.06083", ANY_NORM, "gradient", BOTH, 40, False, PGD, True),
    Attack(
        "pgd-margin", "PGD on the margin", "arXiv:1608.04644", ANY_NORM, "gradient", BOTH, 40, False, pgd_margin, True
    ),
    Attack("mi-fgsm", "Momentum iterative", "arXiv:1710.06081", ANY_NORM, "gradient", BOTH, 10, False, MIFGSM),
    Attack("apgd", "Auto-PGD", "arXiv:2003.01690", ANY_NORM, "gradient", BOTH, 100, False, APGD, True),
    Attack("apgd-t", "Auto-PGD to each rival", "arXiv:2003.01690", ANY_NORM, "gradient", BOTH, 100, False, apgd_t),
    Attack("deepfool", "DeepFool", "arXiv:1511.04599", ANY_NORM, "gradient", FREE, 50, True, deepfool),
    Attack("ddn", "Decoupled direction and norm", "arXiv:1811.09600", (L2_NORM,), "gradient", BOTH, 200, True, ddn),
    Attack("cw", "Carlini and Wagner", "arXiv:1608.04644", (L2_NORM,), "gradient", BOTH, 200, True, carlini_wagner),
    Attack("square", "Square attack", "arXiv:1912.00049", (LINF,), "scores", BOTH, 1000, False, Square),
    Attack("hopskipjump", "HopSkipJump", "arXiv:1904.02144", (L2_NORM,), "label", FREE, 2500, True, HopSkipJump),
)


def attack(name: str) -> Attack:
    """The attack of this name. Raises AttackInvalid, naming those there are."""
    for candidate in ATTACKS:
        if candidate.name == name:
            return candidate
    raise AttackInvalid(f"no attack is named {name!r}; known: {', '.join(each.name for each in ATTACKS)}")

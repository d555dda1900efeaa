"""Which attacks are made, in which order: from cheap to dear, each only on the images that no earlier one broke.

After AutoAttack (Croce and Hein 2020, arXiv:2003.01690): several losses, a targeted attack, and one that needs no
gradient, so that a masked gradient does not look like robustness. `rand` asks a random victim about every image 20
times at once (models/attacks/eot.py).
"""

from dataclasses import dataclass
from typing import Literal

from models.errors import AttackInvalid


@dataclass(frozen=True)
class Assault:
    """An attack of the registry and its budget."""

    attack: str
    steps: int


@dataclass(frozen=True)
class Protocol:
    """The assaults in either norm; `samples` of a random victim are averaged; `curve_steps` are PGD's at each eps."""

    name: str
    linf: tuple[Assault, ...]
    l2: tuple[Assault, ...]
    samples: int
    curve_steps: int

    def assaults(self, norm: Literal["linf", "l2"]) -> tuple[Assault, ...]:
        """Those in a norm."""
        return {"linf": self.linf, "l2": self.l2}[norm]


QUICK = Protocol(
    "quick",
    linf=(Assault("fgsm", 1), Assault("pgd", 20), Assault("pgd-margin", 20), Assault("square", 300)),
    l2=(Assault("fgm", 1), Assault("pgd", 20), Assault("pgd-margin", 20), Assault("hopskipjump", 600)),
    samples=1,
    curve_steps=10,
)
STANDARD = Protocol(
    "standard",
    linf=(
        *(Assault("fgsm", 1), Assault("pgd", 40), Assault("pgd-margin", 40), Assault("apgd", 100)),
        *(Assault("apgd-t", 100), Assault("square", 5000)),
    ),
    l2=(
        *(Assault("fgm", 1), Assault("pgd", 40), Assault("pgd-margin", 40), Assault("apgd", 100)),
        *(Assault("apgd-t", 100), Assault("ddn", 200), Assault("hopskipjump", 5000)),
    ),
    samples=1,
    curve_steps=20,
)
RAND = Protocol(
    "rand",
    linf=(Assault("fgsm", 1), Assault("apgd", 100), Assault("pgd-margin", 100), Assault("square", 500)),
    l2=(Assault("fgm", 1), Assault("apgd", 100), Assault("pgd-margin", 100), Assault("hopskipjump", 1000)),
    samples=20,
    curve_steps=10,
)
PROTOCOLS = (QUICK, STANDARD, RAND)


def protocol(name: str) -> Protocol:
    """The protocol of this name. Raises AttackInvalid, naming those there are."""
    for candidate in PROTOCOLS:
        if candidate.name == name:
            return candidate
    raise AttackInvalid(f"no protocol is named {name!r}; known: {', '.join(each.name for each in PROTOCOLS)}")

"""What is varied, and what every race has."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["patched", "denoiser", "adversarial"]


@dataclass(frozen=True)
class Setting:
    """One race: who defends, how wide its classifier is, and how far the attacker may move a value, in 1/255."""

    kind: Kind
    width: int
    eps: int

    @property
    def words(self) -> str:
        """For a line on a terminal."""
        return f"{self.kind}, width {self.width}, eps {self.eps}"


@dataclass(frozen=True)
class Terms:
    """What a race costs.

    `passes` are the batches that a defender's move may send forwards and backwards through its classifier. An attacker
    takes `steps` steps of PGD on `attacked` training images a round, and `judging` on `judged` test images. After the
    last round a referee tries what PGD left standing: `margin` steps on the margin, `queries` of Square.
    """

    rounds: int
    natural: int  # steps before the first round
    passes: int
    batch: int
    attacked: int
    steps: int
    judged: int
    judging: int
    margin: int
    queries: int


FULL = Terms(
    rounds=8,
    natural=600,
    passes=1000,
    batch=64,
    attacked=600,
    steps=20,
    judged=400,
    judging=40,
    margin=100,
    queries=1000,
)
QUICK = Terms(
    rounds=2,
    natural=150,
    passes=160,
    batch=64,
    attacked=128,
    steps=10,
    judged=100,
    judging=20,
    margin=20,
    queries=50,
)

BASE = (32, 76)  # width and eps
SETTINGS = (
    Setting("adversarial", *BASE),
    *(Setting("adversarial", BASE[0], eps) for eps in (25, 51)),
    *(Setting("adversarial", width, BASE[1]) for width in (4, 12)),
    Setting("denoiser", *BASE),
    Setting("denoiser", BASE[0], 25),
    Setting("patched", *BASE),
    Setting("patched", BASE[0], 25),
    Setting("patched", 4, BASE[1]),
)
FEW = (*(Setting(kind, 8, 76) for kind in ("adversarial", "patched", "denoiser")), Setting("adversarial", 8, 25))

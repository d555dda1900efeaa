"""A classifier with something in front of it."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from models.streams import Keys, fold
from models.tensors import Images, Logits
from models.victim import Victim


@runtime_checkable
class Defence(Protocol):
    """Takes images before a classifier does. Gradients go through it, by a surrogate where it has none (bpda)."""

    @property
    def passes(self) -> int:
        """How many passes of networks it takes itself."""

    def cleaned(self, x: Images, key: Keys) -> Images:
        """What the classifier gets to see; a random defence draws from each row's stream."""


@dataclass(frozen=True)
class Defended:
    """A victim behind a defence. An attack on it is adaptive, one on the victim alone and then judged here grey-box."""

    victim: Victim
    defence: Defence

    @property
    def passes(self) -> int:
        """Those of both."""
        return self.victim.passes + self.defence.passes

    def logits(self, x: Images, key: Keys) -> Logits:
        """Those of the victim for what the defence leaves."""
        return self.victim.logits(self.defence.cleaned(x, fold(key, 0)), fold(key, 1))

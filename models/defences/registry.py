"""Every defence, by name: a new one is a file in models/defences and an entry here. Denoisers come as checkpoints."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from models.capabilities import Denoiser
from models.defences.bit_depth import BitDepth
from models.defences.defended import Defence
from models.defences.denoiser import Denoised
from models.defences.jpeg import JPEG
from models.defences.smoothing import Gaussian
from models.errors import DefenceInvalid


@dataclass(frozen=True)
class DefenceKind:
    """One defence with its one parameter, in [low, high]; `random` ones answer otherwise to every key."""

    name: str
    title: str
    paper: str
    parameter: str
    low: int | float
    high: int | float
    default: int | float
    random: bool
    make: Callable[[float], Defence]

    def build(self, value: int | float | None = None) -> Defence:
        """The defence at this value. Raises DefenceInvalid where that is out of bounds."""
        value = self.default if value is None else value
        if not self.low <= value <= self.high:  # a NaN fails this as well
            raise DefenceInvalid(
                f"{self.name}: {self.parameter} is {value:g}; it must lie in [{self.low:g}, {self.high:g}]"
            )
        return self.make(float(value))


DEFENCES: tuple[DefenceKind, ...] = (
    DefenceKind("jpeg", "JPEG", "arXiv:1608.00853", "quality", 1, 100, 75, False, lambda q: JPEG(round(q))),
    DefenceKind("bit-depth", "Fewer levels", "arXiv:1704.01155", "bits", 1, 8, 3, False, lambda b: BitDepth(round(b))),
    DefenceKind("noise", "Gaussian noise", "arXiv:1902.02918", "sigma", 0.01, 2, 0.25, True, Gaussian),
)


def denoising(name: str, title: str, network: Denoiser) -> DefenceKind:
    """A trained denoiser as a defence, by the name of its checkpoint."""
    return DefenceKind(name, title, "arXiv:1712.02976", "strength", 0, 1, 1, False, partial(Denoised, network))


def defence(name: str, known: Sequence[DefenceKind] = DEFENCES) -> DefenceKind:
    """The defence of this name. Raises DefenceInvalid, naming those there are."""
    for candidate in known:
        if candidate.name == name:
            return candidate
    raise DefenceInvalid(f"no defence is named {name[:64]!r}; known: {', '.join(each.name for each in known)}")

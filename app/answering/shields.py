"""The defence that a request puts in front of a classifier: one of models/defences, or a denoiser that is served."""

from dataclasses import dataclass

from app.answering.seeds import any_seed
from app.runtime import Runtime
from models.attacks.eot import EOT
from models.capabilities import Denoiser
from models.card import Card, ImageSpec
from models.defences.defended import Defence, Defended
from models.defences.registry import DEFENCES, DefenceKind, defence, denoising
from models.errors import DefenceInvalid
from models.victim import Victim

SAMPLES = 10  # answers of a random defence that are averaged
DENOISER = "denoiser"


@dataclass(frozen=True)
class Shield:
    """A defence in front of the classifier; `adaptive` says that an attack goes through it.

    `weights` are the digest of its network, None where it has none.
    """

    kind: DefenceKind
    value: float
    defence: Defence
    adaptive: bool
    weights: str | None = None

    @property
    def terms(self) -> tuple[object, ...]:
        """What names it."""
        return self.kind.name, self.value, self.adaptive, self.weights

    def before(self, victim: Victim) -> Victim:
        """The victim behind it; a random one is asked several times at once."""
        behind = Defended(victim, self.defence)
        return EOT(behind, SAMPLES) if self.kind.random else behind

    def seed(self, asked: int | None) -> int:
        """The one asked for, else any; where nothing is drawn always 0, so that equal requests have one answer."""
        if asked is not None:
            return asked
        return any_seed() if self.kind.random else 0


def denoisers(runtime: Runtime) -> tuple[Card, ...]:
    """The cards of the denoisers that are served, by id. Raises NotReady."""
    runtime.require_loaded()
    return tuple(
        checkpoint.card
        for _, checkpoint in sorted(runtime.checkpoints.items())
        if DENOISER in checkpoint.card.capabilities
    )


def defences(runtime: Runtime) -> tuple[tuple[DefenceKind, ImageSpec | None], ...]:
    """All there are, each with the images that it takes, None for any. Raises NotReady."""
    known: list[tuple[DefenceKind, ImageSpec | None]] = [(kind, None) for kind in DEFENCES]
    known += [(kind_of(runtime, card), card.input) for card in denoisers(runtime)]
    return tuple(known)


def kind_of(runtime: Runtime, card: Card) -> DefenceKind:
    """A denoiser as a defence."""
    return denoising(card.id, card.title, runtime.get(card.id, Denoiser))


def shield_of(runtime: Runtime, model: str, name: str, value: float | None, *, adaptive: bool) -> Shield:
    """The defence of this name in front of this classifier.

    Raises DefenceInvalid, naming those there are, and as the runtime does where it is a model that cannot be one.
    """
    if name not in runtime.checkpoints and name not in runtime.failed:
        kind = defence(name, [kind for kind, _ in defences(runtime)])
        weights = None
    else:
        network = runtime.get(name, Denoiser)
        card, behind = runtime.card(name), runtime.card(model)
        if card.input != behind.input:
            takes = " and ".join(f"{each.id} takes {size(each.input)}" for each in (card, behind))
            raise DefenceInvalid(f"{name} cannot stand in front of {model}: {takes}")
        kind, weights = denoising(name, card.title, network), card.sha256
    value = kind.default if value is None else value
    return Shield(kind, value, kind.build(value), adaptive, weights)


def size(spec: ImageSpec | None) -> str:
    """28x28 grey."""
    return "no images" if spec is None else f"{spec.width}x{spec.height} {'grey' if spec.channels == 1 else 'RGB'}"

"""What a loaded network can do. The server asks for one of these, never for a family."""

from typing import Protocol, runtime_checkable

from models.priors import NormalPrior
from models.tensors import Features, Images, Latents, Logits, Scores


@runtime_checkable
class Sampler(Protocol):
    """Draws images from a prior."""

    @property
    def prior(self) -> NormalPrior:
        """Where latents come from."""

    def sample(self, z: Latents, psi: Scores) -> Images:
        """Images of the latents; psi in [0, 1] is each row's truncation, 1 for none."""


@runtime_checkable
class Classifier(Protocol):
    """Names what it sees."""

    def classify(self, x: Images) -> Logits:
        """Unnormalised log-probabilities, one column a label of the card."""


@runtime_checkable
class FeatureExtractor(Protocol):
    """Maps images to the space in which distances between sets are measured."""

    def features(self, x: Images) -> Features:
        """One feature vector an image."""


CAPABILITIES: dict[str, type] = {"sampler": Sampler, "classifier": Classifier, "feature-extractor": FeatureExtractor}


def capabilities_of(network: object) -> tuple[str, ...]:
    """The names of what this network can do, in the order of CAPABILITIES."""
    return tuple(name for name, protocol in CAPABILITIES.items() if isinstance(network, protocol))

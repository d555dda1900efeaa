"""What a loaded network can do. The server asks for one of these, never for a family."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from models.codes import Code
from models.priors import CodedPrior, Prior
from models.tensors import (
    ClassMaps,
    Features,
    Guesses,
    Heat,
    Images,
    Latents,
    Logits,
    Noise,
    OtherImages,
    Scores,
    Style,
    Styles,
)


@runtime_checkable
class Sampler(Protocol):
    """Draws images from a prior."""

    @property
    def prior(self) -> Prior:
        """Where latents come from."""

    def sample(self, z: Latents, psi: Scores) -> Images:
        """Images of the latents; psi in [0, 1] is each row's truncation, 1 for none."""


@runtime_checkable
class ConditionalSampler(Protocol):
    """A sampler whose latents hold codes that a user may choose."""

    @property
    def prior(self) -> CodedPrior:
        """Where latents come from, codes among them."""

    @property
    def codes(self) -> tuple[Code, ...]:
        """The prior's codes."""

    def sample(self, z: Latents, psi: Scores) -> Images:
        """Images of the latents; psi in [0, 1] is each row's truncation of the noise, 1 for none."""


@runtime_checkable
class StyleSampler(Protocol):
    """A sampler that maps its latent to a style, of which every layer may get its own."""

    @property
    def prior(self) -> Prior:
        """Where latents come from."""

    @property
    def layers(self) -> int:
        """How many styles an image takes."""

    @property
    def style_dim(self) -> int:
        """How many numbers a style has."""

    @property
    def noise(self) -> Noise:
        """That of the checkpoint, one row."""

    @property
    def mean(self) -> Style:
        """Of all styles, one row."""

    def style(self, z: Latents, psi: Scores) -> Style:
        """w of the latents, truncated by each row's psi."""

    def synthesise(self, ws: Styles, noise: Noise | None = None) -> Images:
        """Images of a style for each layer; without noise that of the checkpoint."""


@runtime_checkable
class Encoder(Protocol):
    """Maps an image to the latent that draws it: sample(encode(x), 1) is its reconstruction."""

    def encode(self, x: Images) -> Latents:
        """One latent an image, in the columns of the prior."""


@runtime_checkable
class CodeReader(Protocol):
    """Tells from an image which codes drew it (InfoGAN's Q)."""

    def read(self, x: Images) -> Features:
        """The columns of the prior's codes: probabilities of the values of each, or its number."""


@runtime_checkable
class Classifier(Protocol):
    """Names what it sees."""

    def classify(self, x: Images) -> Logits:
        """Unnormalised log-probabilities, one column a label of the card."""


@runtime_checkable
class Segmenter(Protocol):
    """Names what it sees at every pixel."""

    def segment(self, x: Images) -> ClassMaps:
        """A score for each label of the card at each pixel, the highest being its name; any height and width."""


@runtime_checkable
class Translator(Protocol):
    """Maps an image of one domain to the image of another that it would be."""

    @property
    def directions(self) -> tuple[str, ...]:
        """Such as line-to-color; the first is what a request gets that names none."""

    def translate(self, x: Images, direction: str) -> OtherImages:
        """The image in the other domain; any height and width. Raises DirectionUnknown."""


@runtime_checkable
class Denoiser(Protocol):
    """Takes off an image what an attack may have put on it."""

    def denoise(self, x: Images) -> Images:
        """What is left; a little outside of [0, 1] in places, so that a gradient goes through everywhere."""


@dataclass(frozen=True)
class Inspection:
    """What a scorer of anomalies finds: a number an image, one a pixel, and what the image would be if it were normal.

    Higher is more anomalous. Neither number means anything before it is held against those of normals.
    """

    score: Scores
    heat: Heat
    reconstruction: Images


@runtime_checkable
class AnomalyScorer(Protocol):
    """Tells how unlike the normal images that it learned from an image is, and where."""

    @property
    def full_scale(self) -> float:
        """The heat that is drawn as hottest, for every image alike."""

    def inspect(self, x: Images) -> Inspection:
        """Score, heat and reconstruction; no row depends on another."""


@runtime_checkable
class LatentFinder(Protocol):
    """Guesses from a small image the latent of another network that drew it large."""

    @property
    def columns(self) -> int:
        """How many numbers a guess has."""

    def find(self, x: Images) -> Guesses:
        """One guess an image, of any size: see models/pulse/guess.py for what its numbers mean."""


@runtime_checkable
class FeatureExtractor(Protocol):
    """Maps images to the space in which distances between sets are measured."""

    def features(self, x: Images) -> Features:
        """One feature vector an image."""


CAPABILITIES: dict[str, type] = {
    "sampler": Sampler,
    "conditional-sampler": ConditionalSampler,
    "style-sampler": StyleSampler,
    "encoder": Encoder,
    "code-reader": CodeReader,
    "classifier": Classifier,
    "segmenter": Segmenter,
    "translator": Translator,
    "denoiser": Denoiser,
    "anomaly-scorer": AnomalyScorer,
    "latent-finder": LatentFinder,
    "feature-extractor": FeatureExtractor,
}


def capabilities_of(network: object) -> tuple[str, ...]:
    """The names of what this network can do, in the order of CAPABILITIES."""
    return tuple(name for name, protocol in CAPABILITIES.items() if able(network, protocol))


def able(network: object, protocol: type) -> bool:
    """Whether it has the methods, and for a conditional sampler at least one code: else there is nothing to choose."""
    return isinstance(network, protocol) and (protocol is not ConditionalSampler or bool(getattr(network, "codes", ())))

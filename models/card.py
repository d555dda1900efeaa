"""The card of a checkpoint: what it is, where it came from, what was measured, under which licence.

Everything a reader needs to judge a model, and everything `load` needs to rebuild it. Unknown fields are refused, so
that a card never says what no code reads.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ModelId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]


class Fact(BaseModel):
    """Frozen, and closed to fields it does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ImageSpec(Fact):
    """The images a model takes or gives, always in [0, 1] at the boundary."""

    height: int = Field(gt=0, description="pixels")
    width: int = Field(gt=0, description="pixels")
    channels: Literal[1, 3] = Field(description="1 grey, 3 RGB")


class DataFacts(Fact):
    """The data set that a checkpoint learned from."""

    name: str = Field(description="its name in the registry of training/data")
    licence: str
    obtained: str = Field(description="where it came from, in words that let a reader get it again")
    images: int = Field(gt=0, description="number of training images")


class TrainingFacts(Fact):
    """How the weights came to be."""

    recipe: str
    preset: str
    parameters: dict[str, Any] = Field(description="every field of the recipe's config")
    seed: int
    steps: int = Field(gt=0)
    images_seen: int = Field(gt=0)
    seconds: float = Field(gt=0, description="wall time of training")
    hardware: str
    precision: str
    torch: str
    commit: str = Field(description="git commit of the code that trained it")
    command: str = Field(description="remakes the checkpoint")


class ImportFacts(Fact):
    """Where weights came from that others trained."""

    package: str = Field(description="the release that they were in, as its registry names it")
    file: str = Field(description="the state dict in it")
    sha256: Sha256 = Field(description="of the package's file")
    command: str = Field(description="remakes the checkpoint")


class Metric(Fact):
    """One measured number."""

    name: str = Field(description="metric@extractor, e.g. frechet@digits-cnn-v1")
    value: float
    n: int = Field(gt=0, description="number of samples it was measured on")
    reference: str = Field(description="what it was measured against, e.g. test")
    floor: float | None = Field(default=None, description="the same metric between two sets of real images")
    command: str = Field(description="prints the number again")


class Calibration(Fact):
    """What a scorer of anomalies says of normal images that training did not see; see models/conformal.py."""

    data: str = Field(description="where they are from")
    scores: tuple[float, ...] = Field(min_length=1, description="of each, ascending")
    peaks: tuple[float, ...] = Field(min_length=1, description="the hottest pixel of each, ascending")

    @model_validator(mode="after")
    def ascending(self) -> "Calibration":
        """As many of each, and sorted."""
        if len(self.scores) != len(self.peaks):
            raise ValueError(f"there are {len(self.scores)} scores and {len(self.peaks)} peaks; one each an image")
        if any(list(values) != sorted(values) for values in (self.scores, self.peaks)):
            raise ValueError("scores and peaks are not ascending")
        return self


class Published(Fact):
    """A figure of the paper, for scale."""

    metric: str
    value: str
    source: str


class Card(Fact):
    """weights/<id>/card.json."""

    schema_version: Literal[1] = 1
    id: ModelId
    title: str
    family: str
    capabilities: tuple[str, ...]
    config: dict[str, Any] = Field(description="only what changes the state dict")
    input: ImageSpec | None = None
    output: ImageSpec | None = None
    labels: tuple[str, ...] = Field(default=(), description="names of the classes, in the order of the logits")
    data: DataFacts
    training: TrainingFacts | None = None
    imported: ImportFacts | None = None
    metrics: tuple[Metric, ...] = ()
    published: tuple[Published, ...] = ()
    calibration: Calibration | None = Field(default=None, description="of a scorer of anomalies")
    papers: tuple[str, ...]
    sha256: Sha256 = Field(description="of model.safetensors")
    size: int = Field(gt=0, description="bytes of model.safetensors")
    parameters: int = Field(gt=0, description="number of weights of the network that is served")
    licence: str = Field(description="of the weights")
    intended_use: str
    limits: tuple[str, ...]

    @model_validator(mode="after")
    def made_once(self) -> "Card":
        """Either trained here or imported."""
        if (self.training is None) == (self.imported is None):
            raise ValueError("a card has either training or imported")
        return self

    @property
    def remade_by(self) -> str:
        """The command that makes the checkpoint again."""
        made = self.training or self.imported
        assert made is not None  # noqa: S101 - `made_once`
        return made.command

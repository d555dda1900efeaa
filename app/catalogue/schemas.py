"""The list of models as clients read it; one by itself is its card and its codes."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from models.card import Card, ImageSpec
from models.codes import HIGH, LOW, Code

OPERATIONS = {  # where a capability is asked for
    "sampler": "/v1/generate",
    "conditional-sampler": "/v1/sample",
    "style-sampler": "/v1/project",
    "encoder": "/v1/encode",
    "code-reader": "/v1/encode",
    "classifier": "/v1/classify",
    "segmenter": "/v1/segment",
    "translator": "/v1/translate",
    "denoiser": "/v1/defend",
    "anomaly-scorer": "/v1/anomaly/score",
    "latent-finder": "/v1/upscale",
}


class Links(BaseModel):
    """Where to go from here."""

    card: str = Field(description="Everything that is known of the model.", examples=["/v1/models/sngan-mnist"])
    samples: str | None = Field(
        description="A sheet of what it makes, as PNG; null where it makes no images.",
        examples=["/v1/models/sngan-mnist/samples.png"],
    )
    operations: dict[str, str] = Field(
        description="Capability to the endpoint that offers it.", examples=[{"sampler": "/v1/generate"}]
    )


class ModelSummary(BaseModel):
    """A model that is served."""

    id: str = Field(description="Its name in requests.", examples=["sngan-mnist"])
    title: str = Field(description="Its name for people.", examples=["Spectrally normalised GAN on MNIST"])
    family: str = Field(description="The architecture.", examples=["sngan"])
    capabilities: list[str] = Field(description="What it can be asked for.", examples=[["sampler"]])
    input: ImageSpec | None = Field(description="The images that it takes, if any.")
    output: ImageSpec | None = Field(description="The images that it makes, if any.")
    links: Links


class FailedModel(BaseModel):
    """A checkpoint that is there but could not be loaded."""

    id: str = Field(description="The name of its folder.", examples=["broken-gan"])
    reason: str = Field(description="What is wrong with it.", examples=["broken-gan: there is no card.json"])


class ModelList(BaseModel):
    """Every checkpoint of the server."""

    models: list[ModelSummary] = Field(description="Those that are served, by id.")
    failed: list[FailedModel] = Field(description="Those that are not, and why.")


class CodeFacts(BaseModel):
    """A code that /v1/sample takes, or that /v1/encode reads."""

    name: str = Field(description="Its name in requests.", examples=["label"])
    values: list[str] = Field(description="What it can be; empty for a number.", examples=[["0", "1", "2"]])
    low: float | None = Field(description="The least value of a number; null where there are values.")
    high: float | None = Field(description="The largest value of a number; null where there are values.")


class ModelCard(Card):
    """The card of a model, its codes and its directions."""

    codes: list[CodeFacts] = Field(
        description="What /v1/sample takes or /v1/encode reads; empty where the model has none."
    )
    directions: list[str] = Field(
        description="What /v1/translate takes, the first by default; empty where the model translates nothing.",
        examples=[["line-to-color"]],
    )


def detail(card: Card, codes: Sequence[Code], directions: Sequence[str]) -> ModelCard:
    """The card as it was written, beside the codes and the directions of the network."""
    facts = [
        CodeFacts(
            name=code.name,
            values=list(code.values),
            low=None if code.values else LOW,
            high=None if code.values else HIGH,
        )
        for code in codes
    ]
    return ModelCard(**dict(card), codes=facts, directions=list(directions))


def summary(card: Card, *, has_samples: bool) -> ModelSummary:
    """The line of a card in the list."""
    path = f"/v1/models/{card.id}"
    return ModelSummary(
        id=card.id,
        title=card.title,
        family=card.family,
        capabilities=list(card.capabilities),
        input=card.input,
        output=card.output,
        links=Links(
            card=path,
            samples=f"{path}/samples.png" if has_samples else None,
            operations={name: OPERATIONS[name] for name in card.capabilities if name in OPERATIONS},
        ),
    )

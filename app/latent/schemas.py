"""What clients send to /interpolate, /traverse and /decode, and the JSON they may get."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.answering.fields import (
    CodeValue,
    ImageFacts,
    Images,
    OptionalSeed,
    RequestBody,
    SamplerId,
    Seed,
    SeededFacts,
    Space,
    Truncation,
)

LIMIT = 10_000.0  # far beyond any latent that a network has seen; keeps sums finite

Number = Annotated[float, Field(ge=-LIMIT, le=LIMIT, allow_inf_nan=False)]
Latent = Annotated[list[Number], Field(min_length=1)]


def example(**fields: Any) -> ConfigDict:
    """What Swagger UI sends."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class Endpoint(RequestBody):
    """An image to pass: a seed, perhaps with row and codes, or else a latent."""

    seed: Seed | None = Field(None, description="As in /v1/generate.", examples=[7])
    row: Seed | None = Field(None, description="Which image of the seed; 0, the first, by default.", examples=[0])
    codes: dict[str, CodeValue] | None = Field(
        None, description="Codes to choose, by name, where the model has some.", examples=[{"label": 3}]
    )
    latent: Latent | None = Field(
        None,
        description="The latent itself, as /v1/encode gives it, in place of a seed; in space `w` a style.",
        examples=[[0.5, -1.2]],
    )


class InterpolateRequest(RequestBody):
    """Which model, from where over where to where, and in how many images."""

    model_config = example(model="sngan-mnist", endpoints=[{"seed": 7}, {"seed": 8}, {"seed": 9}], frames=16)

    model: SamplerId
    endpoints: list[Endpoint] = Field(
        min_length=2, max_length=16, description="The images to pass, in their order.", examples=[[{"seed": 7}]]
    )
    frames: int = Field(
        16, ge=2, description="How many images in all, endpoints included. The server sets the bound.", examples=[16]
    )
    space: Space = "z"
    truncation: Truncation = 1.0


class InterpolateAnswer(ImageFacts, Images):
    """The facts and the images."""

    stops: list[int] = Field(description="Which image each endpoint is, from 0.", examples=[[0, 8, 15]])


class Axis(RequestBody):
    """What changes along a side of the grid: `values`, or `steps` from `low` to `high`."""

    name: str = Field(
        min_length=1,
        max_length=64,
        description="A code of the model, or a column of the noise: z0, z1 …",
        examples=["z3"],
    )
    values: list[CodeValue] | None = Field(
        None, min_length=1, description="The values. A code that has names for its values takes all by default."
    )
    low: Number | None = Field(None, description="The first value; -1 for a code, -2 for noise, by default.")
    high: Number | None = Field(None, description="The last value; 1 for a code, 2 for noise, by default.")
    steps: int | None = Field(None, ge=2, description="How many values from `low` to `high`; 8 by default.")


class TraverseRequest(RequestBody):
    """Which model, around which image, and along what."""

    model_config = example(
        model="sngan-mnist", seed=7, axes=[{"name": "z3", "low": -2, "high": 2, "steps": 8}, {"name": "z5", "steps": 4}]
    )

    model: SamplerId
    seed: OptionalSeed = None
    axes: list[Axis] = Field(
        min_length=1,
        max_length=2,
        description="What changes from column to column, and from row to row.",
        examples=[[{"name": "z3"}]],
    )
    codes: dict[str, CodeValue] = Field(
        {}, description="Codes to hold fixed, by name; the rest comes from the seed.", examples=[{"label": 3}]
    )
    truncation: Truncation = 1.0


class AxisFacts(BaseModel):
    """An axis as it was walked."""

    name: str = Field(description="The code or the column.", examples=["z3"])
    values: list[str | float] = Field(description="Its values, in their order.", examples=[[-2.0, 0.0, 2.0]])


class TraverseAnswer(SeededFacts, Images):
    """The facts and the images, row by row."""

    axes: list[AxisFacts] = Field(description="From column to column, and from row to row.")


class DecodeRequest(RequestBody):
    """Which model, and the latents."""

    model_config = example(model="aae-mnist", latents=[[0.0] * 8, [1.0] * 8])

    model: SamplerId
    latents: list[Latent] = Field(
        min_length=1,
        description="A row of numbers for each image, one number a column of the model's latents: /v1/encode names "
        "the columns.",
        examples=[[[0.5, -1.2]]],
    )
    space: Space = "z"
    truncation: Truncation = 1.0


class DecodeAnswer(ImageFacts, Images):
    """The facts and the images."""


class CodeRead(BaseModel):
    """What an image says of a code."""

    value: str | float = Field(description="The most probable value, or the number.", examples=["7"])
    probabilities: dict[str, float] | None = Field(
        description="Of each value; null for a code that is a number.", examples=[{"7": 0.98, "9": 0.02}]
    )


class EncodeAnswer(BaseModel):
    """What the model sees in each image."""

    model: str = Field(description="The model that looked.", examples=["aae-mnist"])
    weights: str = Field(description="sha256 of its weights.")
    count: int = Field(description="How many images there were.", examples=[1])
    columns: list[str] | None = Field(
        description="What the numbers of a latent are: z0, z1 … for noise, then codes.", examples=[["z0", "z1"]]
    )
    latents: list[list[float]] | None = Field(
        description="One an image, as /v1/decode takes them; null from a model that reads codes alone.",
        examples=[[[0.5, -1.2]]],
    )
    codes: list[dict[str, CodeRead]] = Field(
        description="One an image: the codes by name; empty where the model has none."
    )


class ReconstructAnswer(BaseModel):
    """Images there and back."""

    model: str = Field(description="The model that made the reconstructions.", examples=["aae-mnist"])
    weights: str = Field(description="sha256 of its weights.")
    count: int = Field(description="How many images were sent.", examples=[1])
    width: int = Field(description="Pixels of an image.", examples=[28])
    height: int = Field(description="Pixels of an image.", examples=[28])
    channels: int = Field(description="1 grey, 3 RGB.", examples=[1])
    columns: int = Field(description="Images in a row of the grid: an image and its reconstruction.", examples=[2])
    mean_squared_error: list[float] = Field(
        description="Between each image and its reconstruction, both in [0, 1].", examples=[[0.02]]
    )
    images: list[str] = Field(
        description="PNGs in base64: each image as the model took it, and after it its reconstruction.",
        examples=[["iVBORw0KGgo…", "iVBORw0KGgo…"]],
    )

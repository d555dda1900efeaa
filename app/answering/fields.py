"""The fields that requests and answers share."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.priors import MAX_SEED

SamplerId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        description="The id of a model with the capability `sampler`, as GET /v1/models lists them.",
        examples=["sngan-mnist"],
    ),
]
NumImages = Annotated[
    int, Field(ge=1, description="How many images. The server sets the bound; 1,000 by default.", examples=[16])
]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]
OptionalSeed = Annotated[
    Seed | None,
    Field(
        description="Image i of a seed is always the same image, however many are asked for. "
        "Absent: a random one, which the answer tells.",
        examples=[7],
    ),
]
Truncation = Annotated[
    float,
    Field(
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="Contracts the noise of the latents towards the mode of the prior, or the styles of a "
        "`style-sampler` towards their mean: below 1 images are more typical and less diverse, at 0 their noise is the "
        "same. Codes stay as they are.",
        examples=[1.0],
    ),
]
Space = Annotated[
    Literal["z", "w"],
    Field(
        description="Which latents: `z`, those of the prior; or `w`, the styles of a `style-sampler`.", examples=["z"]
    ),
]
Label = Annotated[str, Field(max_length=64)]
CodeValue = Label | int | float


class RequestBody(BaseModel):
    """A body that takes nothing it does not name, and no number for a text."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ImageFacts(BaseModel):
    """What was done; image answers carry it in headers X-Zerosum-Model, X-Zerosum-Count …"""

    model: str = Field(description="The model that made the images.", examples=["sngan-mnist"])
    weights: str = Field(description="sha256 of its weights.")
    count: int = Field(description="How many images there are.", examples=[16])
    truncation: float = Field(description="As asked for.", examples=[1.0])
    width: int = Field(description="Pixels of an image.", examples=[28])
    height: int = Field(description="Pixels of an image.", examples=[28])
    channels: int = Field(description="1 grey, 3 RGB.", examples=[1])
    columns: int = Field(description="Images in a row of the grid; 2 black pixels lie between two.", examples=[4])


class SeededFacts(ImageFacts):
    """Of images that come from one seed."""

    seed: int = Field(description="Send it again for the same images.", examples=[7])


class Images(BaseModel):
    """What a JSON answer holds besides facts."""

    images: list[str] = Field(description="Each image as PNG, in base64.", examples=[["iVBORw0KGgo…"]])

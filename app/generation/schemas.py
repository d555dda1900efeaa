"""What clients send to /generate, and the JSON they may get."""

from pydantic import BaseModel, ConfigDict, Field

from models.priors import MAX_SEED


class GenerateRequest(BaseModel):
    """Which model, how many images, and which ones."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        json_schema_extra={"examples": [{"model": "sngan-mnist", "num_images": 16, "seed": 7, "truncation": 1.0}]},
    )

    model: str = Field(
        min_length=1,
        max_length=64,
        description="The id of a model with the capability `sampler`, as GET /v1/models lists them.",
        examples=["sngan-mnist"],
    )
    num_images: int = Field(
        1, ge=1, description="How many images. The server sets the bound; 1,000 by default.", examples=[16]
    )
    seed: int | None = Field(
        None,
        ge=0,
        le=MAX_SEED,
        description="Image i of a seed is always the same image, however many are asked for. "
        "Absent: a random one, which the answer tells.",
        examples=[7],
    )
    truncation: float = Field(
        1.0,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="Contracts the latents towards the mode of the prior: below 1 images are more typical and less "
        "diverse, at 0 all are the same.",
        examples=[1.0],
    )


class GenerateFacts(BaseModel):
    """What was done; image answers carry it in headers X-Zerosum-Model, X-Zerosum-Seed …"""

    model: str = Field(description="The model that made the images.", examples=["sngan-mnist"])
    weights: str = Field(description="sha256 of its weights.")
    seed: int = Field(description="Send it again for the same images.", examples=[7])
    count: int = Field(description="How many images there are.", examples=[16])
    truncation: float = Field(description="As asked for.", examples=[1.0])
    width: int = Field(description="Pixels of an image.", examples=[28])
    height: int = Field(description="Pixels of an image.", examples=[28])
    channels: int = Field(description="1 grey, 3 RGB.", examples=[1])
    columns: int = Field(description="Images in a row of the grid; 2 black pixels lie between two.", examples=[4])


class GenerateAnswer(GenerateFacts):
    """The facts and the images."""

    images: list[str] = Field(description="Each image as PNG, in base64.", examples=[["iVBORw0KGgo…"]])

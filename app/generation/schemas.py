"""What clients send to /generate, and the JSON they may get."""

from pydantic import ConfigDict, Field

from app.answering.fields import Images, NumImages, OptionalSeed, RequestBody, SamplerId, Seed, SeededFacts, Truncation


class StyleRange(RequestBody):
    """Layers that get the style of another image."""

    seed: Seed = Field(description="Whose style.", examples=[11])
    row: Seed = Field(0, description="Which image of that seed.", examples=[0])
    first: int = Field(ge=0, description="The first layer that gets it; 0 is the coarsest.", examples=[4])
    last: int = Field(ge=0, description="The last one.", examples=[9])


class GenerateRequest(RequestBody):
    """Which model, how many images, and which ones."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"model": "sngan-mnist", "num_images": 16, "seed": 7, "truncation": 1.0}]}
    )

    model: SamplerId
    num_images: NumImages = 1
    seed: OptionalSeed = None
    truncation: Truncation = 1.0
    style_mix: list[StyleRange] | None = Field(
        None,
        max_length=16,
        description="For a `style-sampler`: layers of every image that get other styles, one range after the other.",
        examples=[[{"seed": 11, "first": 4, "last": 9}]],
    )
    noise_seed: Seed | None = Field(
        None,
        description="For a `style-sampler`: draws the noise of its layers, image by image. Absent: the checkpoint's, "
        "the same for all.",
        examples=[1],
    )


class GenerateAnswer(SeededFacts, Images):
    """The facts and the images."""

"""What clients send to /sample, and the JSON they may get."""

from typing import Annotated

from pydantic import ConfigDict, Field

from app.answering.fields import CodeValue, Images, NumImages, OptionalSeed, RequestBody, SeededFacts, Truncation


class SampleRequest(RequestBody):
    """Which model, how many images, and what they should show."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"model": "cgan-mnist", "num_images": 10, "seed": 7, "codes": {"label": list(range(10))}}]
        }
    )

    model: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            description="The id of a model with the capability `conditional-sampler`, as GET /v1/models lists them.",
            examples=["cgan-mnist"],
        ),
    ]
    num_images: NumImages = 1
    seed: OptionalSeed = None
    truncation: Truncation = 1.0
    codes: dict[str, CodeValue | list[CodeValue]] = Field(
        {},
        description="By name: one value for all images, or a list with one an image. GET /v1/models/{id} lists the "
        "codes of a model and their values. Codes that are not named are drawn at random from the seed.",
        examples=[{"label": 7}],
    )


class SampleAnswer(SeededFacts, Images):
    """The facts and the images."""

    codes: dict[str, list[str | float]] = Field(
        description="Every code of the model: its value in each image, chosen or drawn.",
        examples=[{"label": ["0", "1", "2"]}],
    )

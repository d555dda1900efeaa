"""What clients send to /generate, and the JSON they may get."""

from pydantic import ConfigDict

from app.answering.fields import Images, NumImages, OptionalSeed, RequestBody, SamplerId, SeededFacts, Truncation


class GenerateRequest(RequestBody):
    """Which model, how many images, and which ones."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"model": "sngan-mnist", "num_images": 16, "seed": 7, "truncation": 1.0}]}
    )

    model: SamplerId
    num_images: NumImages = 1
    seed: OptionalSeed = None
    truncation: Truncation = 1.0


class GenerateAnswer(SeededFacts, Images):
    """The facts and the images."""

"""Answers of /upscale."""

from pydantic import BaseModel, Field


class UpscaleResult(BaseModel):
    """One image that the small one may have come from, judged on the 8-bit image that is sent."""

    image: int = Field(description="Which of the images, from 0.", examples=[0])
    result: int = Field(description="Which of its results, from 0: the nearest first.", examples=[0])
    psnr: float | None = Field(
        description="Of the PNG scaled down again, by Pillow's bicubic filter, against the small image, in dB; null "
        "where they are equal.",
        examples=[31.2],
    )
    max_error: int = Field(description="The largest difference of a value between those two, of 255.", examples=[12])
    converged: bool = Field(description="Whether `psnr` reaches the target. If not, this is the nearest found.")
    steps: int = Field(description="Of its search; one is a pass there and back.", examples=[23])
    off_sphere: float = Field(
        description="|norm / radius - 1| of the worst of its latent's vectors: searches stay where the prior is.",
        examples=[1e-07],
    )


class UpscaleAnswer(BaseModel):
    """What small images may have come from."""

    model: str = Field(description="The generator.", examples=["sngan-mnist"])
    weights: str = Field(description="sha256 of its weights.")
    count: int = Field(description="How many images were sent.", examples=[1])
    factor: int | None = Field(description="By which they were made small first; null where they were small.")
    steps: int = Field(description="Of a search, at most.", examples=[100])
    restarts: int = Field(description="Searches for each image.", examples=[4])
    target_psnr: float = Field(description="As asked for, in dB.", examples=[30.0])
    noise: bool = Field(description="Whether the noise of layers was searched as well.", examples=[False])
    seed: int = Field(description="Send it again for the same images.", examples=[7])
    columns: int = Field(description="Images in a row of the grid: the results of one image.", examples=[1])
    results: list[UpscaleResult] = Field(description="One for each image and result, image by image.")
    images: list[str] = Field(description="PNGs in base64, one for each result.")

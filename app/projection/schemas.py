"""What POST /project tells."""

from pydantic import BaseModel, Field


class ProjectResult(BaseModel):
    """One image, and the nearest to it that was found."""

    psnr: float | None = Field(
        description="Of the 8-bit image that is sent, in dB; null where it equals the original.", examples=[27.4]
    )
    converged: bool = Field(description="Whether it came as near as `target_psnr` asks.", examples=[False])
    steps: int = Field(description="How many steps it took.", examples=[100])
    style: list[float] = Field(
        description='w: /v1/decode draws it, and /v1/interpolate walks to it, with `"space": "w"`.',
        examples=[[0.5, -1.2]],
    )


class ProjectAnswer(BaseModel):
    """The styles of images."""

    model: str = Field(description="The style-sampler.", examples=["stylegan2-avatars"])
    weights: str = Field(description="sha256 of its weights.")
    count: int = Field(description="How many images were sent.", examples=[1])
    seed: int = Field(description="Of the styles that searches start from.", examples=[0])
    steps: int = Field(description="As asked for.", examples=[100])
    target_psnr: float = Field(description="As asked for.", examples=[40])
    columns: int = Field(description="Images in a row of the grid: the original and its projection.", examples=[2])
    results: list[ProjectResult] = Field(description="One an image.")
    images: list[str] = Field(description="PNGs in base64, two for each image: as in the grid.")

"""The JSON of /segment."""

from pydantic import BaseModel, Field


class SegmentAnswer(BaseModel):
    """Masks, and how much of each image is what."""

    model: str = Field(description="The model that looked.", examples=["unet-openmoji-parts"])
    weights: str = Field(description="sha256 of its weights.")
    count: int = Field(description="How many images there were.", examples=[1])
    fit: str = Field(description="What became of images of another size.", examples=["tile"])
    overlay: bool = Field(description="Whether the masks lie over their images.")
    labels: list[str] = Field(
        description="The classes; their numbers are the levels of a mask.", examples=[["background", "color"]]
    )
    palette: list[str] = Field(description="The colour of each class.", examples=[["#f2f2f2", "#e64d4d"]])
    sizes: list[tuple[int, int]] = Field(description="Width and height of each mask.", examples=[[[64, 64]]])
    fractions: list[dict[str, float]] = Field(
        description="The share of the pixels of each image that is of each class.",
        examples=[[{"background": 0.61, "color": 0.39}]],
    )
    images: list[str] = Field(
        description="PNGs in base64: a mask each, indexed by class, or with `overlay` in colours.",
        examples=[["iVBORw0KGgo…"]],
    )

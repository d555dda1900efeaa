"""The JSON of /translate."""

from pydantic import BaseModel, Field


class TranslateAnswer(BaseModel):
    """Translations, and what they were made from."""

    model: str = Field(description="The model that translated.", examples=["pix2pix-openmoji"])
    weights: str = Field(description="sha256 of its weights.")
    count: int = Field(description="How many images there were.", examples=[1])
    direction: str = Field(description="From which domain to which.", examples=["line-to-color"])
    fit: str = Field(description="What became of images of another size.", examples=["tile"])
    cycle: bool = Field(description="Whether each image comes with its translation and the way back.")
    sizes: list[tuple[int, int]] = Field(description="Width and height of each translation.", examples=[[[64, 64]]])
    images: list[str] = Field(
        description="PNGs in base64: a translation each; with `cycle` strips of the image, its translation, and that "
        "translated back.",
        examples=[["iVBORw0KGgo…"]],
    )

"""The list of examples as clients read it."""

from pydantic import BaseModel, Field

from app.examples.shelf import Example


class ExampleFacts(BaseModel):
    """An image to try the endpoints with."""

    name: str = Field(description="The last part of its link.", examples=["cat.png"])
    title: str = Field(description="What it shows.", examples=["Chelsea the cat"])
    width: int = Field(description="Pixels.", examples=[451])
    height: int = Field(description="Pixels.", examples=[300])
    licence: str = Field(description="Of the image, and who made it.", examples=["CC0-1.0 (Stefan van der Walt)"])
    source: str = Field(description="Where it comes from.", examples=["scikit-image, skimage.data.chelsea"])
    models: list[str] = Field(
        description="Models that learned from images of its kind.", examples=[["cyclegan-openmoji"]]
    )
    link: str = Field(description="GET it here.", examples=["/v1/examples/cat.png"])


class ExampleList(BaseModel):
    """Every example."""

    examples: list[ExampleFacts] = Field(description="Photographs first, then digits and emoji.")


def facts(example: Example) -> ExampleFacts:
    """One of them."""
    return ExampleFacts(
        name=example.name,
        title=example.title,
        width=example.width,
        height=example.height,
        licence=example.licence,
        source=example.source,
        models=list(example.models),
        link=f"/v1/examples/{example.name}",
    )

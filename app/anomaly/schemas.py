"""The JSON of /anomaly/score."""

from pydantic import BaseModel, Field


class AnomalyBox(BaseModel):
    """A region that is hotter than normals get."""

    x: int = Field(description="Its left column.", examples=[12])
    y: int = Field(description="Its top row.", examples=[30])
    width: int = Field(description="Pixels.", examples=[9])
    height: int = Field(description="Pixels.", examples=[7])
    pixels: int = Field(description="How many pixels of the box are hot.", examples=[48])


class AnomalyFinding(BaseModel):
    """Of one image."""

    score: float = Field(description="Raw; higher is more anomalous. It has no unit: see p_value.", examples=[3.1])
    p_value: float = Field(
        description="How likely a normal image scores as high: (k + 1) / (n + 1), where k of n held-out normals do; "
        "times the number of frames, where several cover the image.",
        examples=[0.0046],
    )
    anomalous: bool = Field(description="Whether p_value is at most false_positive_rate.", examples=[True])
    width: int = Field(description="Of the image as it was seen, and of its heatmap.", examples=[64])
    height: int = Field(description="As width.", examples=[64])
    frames: int = Field(description="How many frames of the model's size cover it.", examples=[1])
    hottest: float = Field(description="The largest heat of a pixel, as full_scale.", examples=[9.4])
    boxes: list[AnomalyBox] = Field(description="Where heat is above heat_threshold, the largest region first.")
    notes: list[str] = Field(description="What to know before believing it.", examples=[[]])


class AnomalyAnswer(BaseModel):
    """What is anomalous, where, and what the images would be if they were normal."""

    model: str = Field(description="The model that looked.", examples=["inpaint-brick"])
    weights: str = Field(description="sha256 of its weights.")
    count: int = Field(description="How many images there were.", examples=[1])
    fit: str = Field(description="What became of images of another size.", examples=["tile"])
    false_positive_rate: float = Field(description="Of normal images, as asked for.", examples=[0.01])
    normals: int = Field(description="How many held-out normals the p-values are of.", examples=[217])
    calibration: str = Field(description="Where these are from.", examples=["textures-brick"])
    full_scale: float = Field(description="The heat that is drawn as hottest, for every image.", examples=[8.0])
    findings: list[AnomalyFinding] = Field(description="In the order of the images.")
    images: list[str] = Field(
        description="Heatmaps: PNGs in base64, indexed; level 255 is full_scale, level 0 no heat.",
        examples=[["iVBORw0KGgo…"]],
    )
    overlays: list[str] = Field(description="Half the image, half its heatmap.", examples=[["iVBORw0KGgo…"]])
    reconstructions: list[str] = Field(
        description="What the images would be if they were normal.", examples=[["iVBORw0KGgo…"]]
    )

"""The JSON of /classify."""

from pydantic import BaseModel, Field


class Prediction(BaseModel):
    """A class, and how probable the model finds it."""

    label: str = Field(description="The name of the class, as the model's card has it.", examples=["tiger cat"])
    index: int = Field(description="Its number among the labels of the card, from 0.", examples=[282])
    probability: float = Field(description="Softmax of the logits; of all classes they sum to 1.", examples=[0.38])


class ClassifyAnswer(BaseModel):
    """What the model sees in each image."""

    model: str = Field(description="The model that looked.", examples=["efficientnet-lite0"])
    weights: str = Field(description="sha256 of its weights.")
    count: int = Field(description="How many images there were.", examples=[1])
    top: int = Field(description="How many classes are told of each, at most as many as there are.", examples=[5])
    defence: str | None = Field(None, description="What stood in front of the model; absent: nothing.")
    value: float | None = Field(None, description="Of the defence's parameter.", examples=[75])
    seed: int | None = Field(None, description="Of the defence; send it again for the same answer.", examples=[7])
    predictions: list[list[Prediction]] = Field(description="One list an image, the likeliest class first.")

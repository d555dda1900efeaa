"""The JSON of attacks and defences."""

from typing import Literal

from pydantic import BaseModel, Field

from app.attacks.asked import MAX_RADII, MAX_RESTARTS, MAX_STEPS
from models.card import ImageSpec


class AttackFacts(BaseModel):
    """An attack that can be asked for."""

    name: str = Field(description="Its name in requests.", examples=["pgd"])
    title: str = Field(description="Its name for people.", examples=["Projected gradient"])
    paper: str = Field(description="What it follows.", examples=["arXiv:1706.06083"])
    norms: list[str] = Field(description="The norms in which it measures; the first is the usual.", examples=[["linf"]])
    knowledge: Literal["gradient", "scores", "label"] = Field(description="What it asks of the classifier.")
    goals: list[str] = Field(description="Whether it can be given a target.", examples=[["untargeted", "targeted"]])
    steps: int = Field(description="How many steps or queries it takes where a request names none.", examples=[40])
    least: bool = Field(description="It looks for the smallest perturbation: eps may be left out.")
    restarts: bool = Field(description="It can start again at random where it failed.")


class AttackBounds(BaseModel):
    """What a request may ask for."""

    steps: int = Field(MAX_STEPS, description="The most steps or queries.")
    restarts: int = Field(MAX_RESTARTS, description="The most starts.")
    eps_values: int = Field(MAX_RADII, description="The most values of eps.")


class AttacksAnswer(BaseModel):
    """All attacks."""

    attacks: list[AttackFacts] = Field(description="From cheap to dear.")
    bounds: AttackBounds = Field(description="For every attack.")


class DefenceFacts(BaseModel):
    """A defence that can stand in front of any classifier."""

    name: str = Field(description="Its name in requests.", examples=["jpeg"])
    title: str = Field(description="Its name for people.", examples=["JPEG"])
    paper: str = Field(description="What it follows.", examples=["arXiv:1608.00853"])
    parameter: str = Field(description="What its value means.", examples=["quality"])
    low: float = Field(description="The least value.", examples=[1])
    high: float = Field(description="The largest value.", examples=[100])
    default: float = Field(description="The value where a request names none.", examples=[75])
    random: bool = Field(description="It answers otherwise each time, by the seed.")
    takes: ImageSpec | None = Field(description="The images that it takes; null for any.")


class DefencesAnswer(BaseModel):
    """All defences."""

    defences: list[DefenceFacts] = Field(description="Each takes one value.")


class Guess(BaseModel):
    """A class, and how probable the classifier finds it."""

    label: str = Field(description="The name of the class, as the model's card has it.", examples=["7"])
    probability: float = Field(description="Softmax of the logits.", examples=[0.99])


class AttackResult(BaseModel):
    """One image at one eps, judged on the 8-bit image that is sent."""

    image: int = Field(description="Which of the images, from 0.", examples=[0])
    eps: float | None = Field(description="The radius in steps of 1/255; null for no bound.", examples=[8])
    label: str = Field(description="What the image shows.", examples=["7"])
    target: str | None = Field(description="What it should be taken for; null for anything else.")
    success: bool = Field(description="The 8-bit image is in the ball and reaches the goal by 1e-4 in the logits.")
    wrong_before: bool = Field(description="The classifier had it wrong from the start: it was not attacked.")
    before: list[Guess] = Field(description="The likeliest classes of the image, at most five.")
    after: list[Guess] = Field(description="Those of the adversarial image.")
    linf: int = Field(description="The largest change of a value, in steps of 1/255.", examples=[8])
    l2: float = Field(description="The length of the change, values in [0, 1].", examples=[1.5])
    l0: int = Field(description="How many pixels changed.", examples=[500])
    forwards: int = Field(description="Forward passes of networks that it took.", examples=[12])
    backwards: int = Field(description="Backward passes.", examples=[11])
    queries: int = Field(description="Answers of the classifier that were looked at.", examples=[12])


class AttackAnswer(BaseModel):
    """What came of an attack."""

    model: str = Field(description="The classifier.", examples=["cnn-mnist"])
    weights: str = Field(description="sha256 of its weights.")
    count: int = Field(description="How many images were sent.", examples=[1])
    attack: str = Field(description="As asked for.", examples=["pgd"])
    norm: str = Field(description="linf or l2.", examples=["linf"])
    steps: int = Field(description="Of the attack.", examples=[40])
    restarts: int = Field(description="How many starts an image had at most.", examples=[1])
    seed: int = Field(description="Send it again for the same images.", examples=[7])
    defence: str | None = Field(description="What stood in front of the classifier.")
    adaptive: bool | None = Field(description="Whether the attack went through the defence; null without one.")
    columns: int = Field(description="Images in a row of the grid: the original, the change, the adversarial image.")
    results: list[AttackResult] = Field(description="One for each image and eps, image by image.")
    images: list[str] = Field(description="PNGs in base64, three for each result: as in the grid.")


class DefendResult(BaseModel):
    """One image before and behind a defence."""

    before: list[Guess] = Field(description="The likeliest classes without the defence, at most five.")
    after: list[Guess] = Field(description="Those with it.")
    changed: bool = Field(description="Whether the likeliest class is another one.")
    linf: int = Field(description="The largest change of a value, in steps of 1/255.", examples=[20])
    l2: float = Field(description="The length of the change, values in [0, 1].", examples=[1.1])


class DefendAnswer(BaseModel):
    """What a defence makes of images."""

    model: str = Field(description="The classifier.", examples=["cnn-mnist"])
    weights: str = Field(description="sha256 of its weights.")
    count: int = Field(description="How many images were sent.", examples=[1])
    defence: str = Field(description="As asked for.", examples=["jpeg"])
    value: float = Field(description="Of its parameter.", examples=[75])
    seed: int = Field(description="Send it again for the same images.", examples=[7])
    columns: int = Field(description="Images in a row of the grid: the original, the change, the cleaned image.")
    results: list[DefendResult] = Field(description="One an image.")
    images: list[str] = Field(description="PNGs in base64, three for each image: as in the grid.")


class ShareFacts(BaseModel):
    """So many of so many."""

    count: int = Field(description="How many.", examples=[9])
    of: int = Field(description="Of how many.", examples=[16])
    value: float = Field(description="count / of.", examples=[0.5625])
    low: float = Field(description="Of Wilson's 95 % interval.", examples=[0.33])
    high: float = Field(description="Of Wilson's 95 % interval.", examples=[0.77])


class AssaultFacts(BaseModel):
    """One attack of the protocol, on the images that no earlier one broke."""

    attack: str = Field(description="As GET /v1/attacks lists it.", examples=["square"])
    knowledge: Literal["gradient", "scores", "label"] = Field(description="What it asked of the classifier.")
    steps: int = Field(description="Steps or queries, at most.", examples=[300])
    tried: int = Field(description="On how many images.", examples=[10])
    broken: int = Field(description="How many of them it broke.", examples=[1])
    left: ShareFacts = Field(description="Right and unbroken after it, of all images.")
    forwards: float = Field(description="Forward passes an image, on average.", examples=[301])
    backwards: float = Field(description="Backward passes an image, on average.", examples=[0])
    queries: float = Field(description="Answers looked at, an image, on average.", examples=[301])


class CurvePoint(BaseModel):
    """Accuracy under PGD alone."""

    eps: int = Field(description="In steps of 1/255.", examples=[38])
    accuracy: ShareFacts = Field(description="Right and not broken, of all images.")


class FlagFacts(BaseModel):
    """A sign that the figures are not to be trusted."""

    sign: str = Field(description="Its name.", examples=["black-box-beats-white-box"])
    words: str = Field(description="What was seen.")


class RobustnessAnswer(BaseModel):
    """What attacks leave of a classifier's accuracy."""

    model: str = Field(description="The classifier.", examples=["cnn-mnist"])
    weights: str = Field(description="sha256 of its weights.")
    count: int = Field(description="How many images were sent.", examples=[16])
    protocol: str = Field(description="quick, standard or rand.", examples=["quick"])
    norm: str = Field(description="linf or l2.", examples=["linf"])
    eps: float = Field(description="In steps of 1/255.", examples=[76])
    seed: int = Field(description="Send it again for the same answer.", examples=[7])
    defence: str | None = Field(description="What stood in front of the classifier; attacks went through it.")
    clean: ShareFacts = Field(description="Right without any attack.")
    robust: ShareFacts = Field(description="Right, and broken by no attack.")
    attacks: list[AssaultFacts] = Field(description="From cheap to dear.")
    curve: list[CurvePoint] = Field(description="Accuracy against eps; the last eps is one that reaches everything.")
    flags: list[FlagFacts] = Field(description="Empty where nothing speaks against the figures.")
    images: list[str] = Field(description="PNGs in base64: of each image the one that broke it, else itself.")

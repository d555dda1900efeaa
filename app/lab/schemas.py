"""What clients send to /lab/modes, and the events that they get."""

from pydantic import BaseModel, ConfigDict, Field

from models.lab.coverage import POINTS
from models.priors import MAX_SEED

MAX_STEPS, MIN_EVERY, MAX_EVERY = 5000, 10, 200


class ModesRequest(BaseModel):
    """Which method plays on which mixture, for how long, and how often it is shown."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        json_schema_extra={
            "examples": [{"method": "gan", "target": "ring-8", "seed": 7, "steps": 200, "every": 20, "points": 200}]
        },
    )

    method: str = Field(
        min_length=1, max_length=64, description="The id of a method, as GET lists them.", examples=["unrolled-5"]
    )
    target: str = Field(
        min_length=1, max_length=64, description="The id of a mixture, as GET lists them.", examples=["ring-8"]
    )
    seed: int = Field(
        0, ge=0, le=MAX_SEED, description="Of weights and batches: the same seed plays the same game.", examples=[7]
    )
    steps: int = Field(1000, ge=1, le=MAX_STEPS, description="Updates of the generator.", examples=[1000])
    every: int = Field(20, ge=MIN_EVERY, le=MAX_EVERY, description="Steps from one frame to the next.", examples=[20])
    points: int = Field(
        200, ge=1, le=POINTS, description=f"How many of a frame's {POINTS:,} points to send.", examples=[200]
    )


class MethodFacts(BaseModel):
    """A method."""

    id: str = Field(description="Its name in requests.", examples=["unrolled-5"])
    title: str = Field(description="Its name for people.", examples=["Unrolled GAN, 5 steps"])
    paper: str = Field(description="Where it was proposed.", examples=["arXiv:1611.02163"])


class TargetFacts(BaseModel):
    """A mixture of Gaussians in the plane, all of one width and equally likely."""

    id: str = Field(description="Its name in requests.", examples=["ring-8"])
    title: str = Field(description="Its name for people.", examples=["Eight Gaussians on a ring"])
    paper: str = Field(description="Where it was proposed.", examples=["arXiv:1611.02163"])
    modes: list[tuple[float, float]] = Field(description="The centre of each mode, x y.", examples=[[[2.0, 0.0]]])
    sigma: float = Field(description="The standard deviation of each mode in x and in y.", examples=[0.02])
    extent: float = Field(description="Half the side of the square, around the origin, to draw.", examples=[2.5])


class ModesBounds(BaseModel):
    """What one request may ask for."""

    steps: int = Field(description="The most steps of a run.", examples=[MAX_STEPS])
    every_min: int = Field(description="The fewest steps from frame to frame.", examples=[MIN_EVERY])
    every_max: int = Field(description="The most steps from frame to frame.", examples=[MAX_EVERY])
    points: int = Field(description="The most points of a frame.", examples=[POINTS])
    runs: int = Field(description="How many runs this server plays at once, for all clients.", examples=[2])


class ModesAnswer(BaseModel):
    """What there is to play."""

    methods: list[MethodFacts] = Field(description="The plain GAN, and what was proposed against its collapse.")
    targets: list[TargetFacts] = Field(description="The mixtures.")
    bounds: ModesBounds = Field(description="What one request may ask for.")


class ModesLosses(BaseModel):
    """Of the last step, each as its method defines it."""

    d: float = Field(description="Of the discriminator or critic.", examples=[1.38])
    g: float = Field(description="Of the generator.", examples=[0.69])


class ModesSurface(BaseModel):
    """D over the square of the target's extent: a cell c means mean + span x c."""

    mean: float = Field(description="D's mean over the square: a logit or, of a critic, a score.", examples=[0.02])
    span: float = Field(description="The farthest that D is from its mean.", examples=[0.9])
    rows: list[list[float]] = Field(description="Cells in -1..1: rows by y, from below; columns by x.")


class ModesFrame(BaseModel):
    """The data of an event `frame`: the game as it stands."""

    step: int = Field(description="Updates of the generator so far.", examples=[40])
    seconds: float = Field(description="CPU time of these steps on the server.", examples=[0.061])
    modes: int = Field(description=f"Modes that at least one of {POINTS:,} points hits within 3 sigma.", examples=[2])
    high_quality: float = Field(description="Share of points within 3 sigma of any mode.", examples=[0.012])
    reverse_kl: float = Field(
        description="KL(points by nearest mode || uniform) in nats; 0 is best, log of the number of modes worst.",
        examples=[1.39],
    )
    losses: ModesLosses | None = Field(description="None before the first step.")
    points: list[tuple[float, float]] = Field(description="The generator's points, x y.", examples=[[[1.98, 0.03]]])
    surface: ModesSurface = Field(description="What the discriminator thinks of the plane.")


class ModesEnd(BaseModel):
    """The data of the event `end`, which comes last."""

    step: int = Field(description="Updates of the generator in all.", examples=[200])
    seconds: float = Field(description="CPU time of the steps.", examples=[0.31])
    frames: int = Field(description="How many frames were sent.", examples=[11])

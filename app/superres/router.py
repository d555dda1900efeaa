"""POST /upscale."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.answering.describe import answers
from app.answering.events import EventStream, streaming, until_a_problem
from app.answering.fields import Seed
from app.answering.forms import IMAGES, JSON, form_of
from app.answering.respond import IfNoneMatch, accepted, respond
from app.answering.seeds import any_seed
from app.answering.streaming import Streamed, streams
from app.answering.uploads import PhotographsDep
from app.deps import RuntimeDep
from app.errors import ImageTooLarge, ImageUnreadable, UpscaleInvalid
from app.superres.asked import LEAST_PSNR, MAX_RESTARTS, MAX_RESULTS, MAX_STEPS, MOST_PSNR, asked
from app.superres.schemas import UpscaleAnswer
from app.superres.service import output_of, upscale_order
from models.pulse.search import CANDIDATES

router = APIRouter(tags=["super-resolution"])

GeneratorId = Annotated[
    str,
    Form(
        min_length=1,
        max_length=64,
        description="The id of a model that is a `sampler`, as GET /v1/models lists them: it decides what there is to "
        "see in a small image.",
        examples=["sngan-mnist"],
    ),
]
Factor = Annotated[
    int | None,
    Form(
        description="Absent: the images are small already, of the proportions of the model's images. Otherwise each is "
        "cut to those proportions and first made this many times smaller than the model's images.",
        examples=[4],
    ),
]
MaxSteps = Annotated[
    int, Form(ge=1, le=MAX_STEPS, description="Of each search; one that has reached the target ends.", examples=[30])
]
Restarts = Annotated[
    int | None,
    Form(
        ge=1,
        le=MAX_RESTARTS,
        description="Searches for each image at most, from the guess of `start-<model>` where that is served, and from "
        f"the nearest of {CANDIDATES} random latents: num_results of them, and the others if that was not enough. "
        "Absent: 8, or as many as num_results.",
        examples=[4],
    ),
]
NumResults = Annotated[
    int,
    Form(ge=1, le=MAX_RESULTS, description="Answers to each image, as unlike each other as were found.", examples=[1]),
]
TargetPSNR = Annotated[
    float,
    Form(
        allow_inf_nan=False,
        description=f"How near the answer, scaled down again, must come, {LEAST_PSNR:g}..{MOST_PSNR:g} dB.",
        examples=[30.0],
    ),
]
STREAM = streaming(
    "Events `progress` (seconds, searches that run on, step, the best PSNR and its image as PNG in base64), then one "
    "`result`, whose data are the JSON answer.",
    'event: progress\ndata: {"step":12,"psnr":27.3,…}\n\nevent: result\ndata: {"model":"sngan-mnist",…}\n\n',
)
ANSWERS = answers(IMAGES, UpscaleAnswer, UpscaleInvalid, ImageUnreadable, ImageTooLarge)
ANSWERS[200]["content"] |= STREAM


@router.post("/upscale", summary="Find what a small image may have been", response_class=Response, responses=ANSWERS)
async def post_upscale(
    model: GeneratorId,
    pictures: PhotographsDep,
    request: Request,
    runtime: RuntimeDep,
    factor: Factor = None,
    max_steps: MaxSteps = 100,
    restarts: Restarts = None,
    num_results: NumResults = 1,
    target_psnr: TargetPSNR = 30.0,
    noise: Annotated[
        bool, Form(description="Search the noise of a `style-sampler`'s layers as well, on a sphere of its own.")
    ] = False,
    seed: Annotated[
        Seed | None, Form(description="Of where searches start; absent: one that the answer tells.", examples=[7])
    ] = None,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """PULSE: searches the model's latents for images that, made small, are the image that was sent.

    What it finds is **invented**: one of many images that are the same when small, as the model's training data have
    them. It restores nothing, and it identifies nobody. What does not come near enough says so: `converged` is false.
    """
    output = output_of(runtime, model)
    plan = asked(
        runtime.card(model),
        output,
        factor=factor,
        steps=max_steps,
        restarts=restarts,
        results=num_results,
        psnr=target_psnr,
        noise=noise,
    )
    chosen = any_seed() if seed is None else seed
    if streams(accepted(request), IMAGES):
        live = Streamed(
            runtime,
            lambda tell: upscale_order(runtime, model, pictures, JSON, asked=plan, seed=chosen, tell=tell),
        )
        await live.begin()
        return EventStream(until_a_problem(request, live.events()), close=live.close)
    form = form_of(accepted(request), IMAGES)
    order = upscale_order(runtime, model, pictures, form, asked=plan, seed=chosen)
    return await respond(request, runtime, order, if_none_match)

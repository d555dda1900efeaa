"""POST /project."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.answering.describe import answers
from app.answering.fields import Seed
from app.answering.forms import IMAGES, form_of
from app.answering.respond import IfNoneMatch, accepted, respond
from app.answering.uploads import PhotographsDep
from app.deps import RuntimeDep
from app.errors import ImageTooLarge, ImageUnreadable
from app.projection.schemas import ProjectAnswer
from app.projection.service import project_order

router = APIRouter()

MAX_STEPS = 1000


@router.post(
    "/project",
    tags=["latents"],
    summary="Find the styles that draw images",
    response_class=Response,
    responses=answers(IMAGES, ProjectAnswer, ImageUnreadable, ImageTooLarge, kept="it"),
)
async def post_project(
    model: Annotated[
        str,
        Form(
            min_length=1,
            max_length=64,
            description="The id of a model that is a `style-sampler`.",
            examples=["stylegan2-avatars"],
        ),
    ],
    pictures: PhotographsDep,
    request: Request,
    runtime: RuntimeDep,
    steps: Annotated[int, Form(ge=1, le=MAX_STEPS, description="Of each search.", examples=[20])] = 100,
    target_psnr: Annotated[
        float, Form(ge=1, le=100, allow_inf_nan=False, description="A search ends when it is as near as this, in dB.")
    ] = 40.0,
    seed: Annotated[Seed, Form(description="Of the styles that searches start from.", examples=[0])] = 0,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """Searches w for the image that is nearest to each that you send; the picture shows both side by side.

    What the model cannot draw it cannot find: `psnr` says how near it came, and `converged` whether that is near
    enough. JSON has the style itself, which can be drawn and walked from. An image of another size is cut around its
    centre and made to fit, as in POST /v1/classify.
    """
    order = project_order(
        runtime,
        model,
        pictures,
        form_of(accepted(request), IMAGES),
        steps=steps,
        target_psnr=target_psnr,
        seed=seed,
    )
    return await respond(request, runtime, order, if_none_match)

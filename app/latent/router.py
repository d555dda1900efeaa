"""POST /interpolate, /traverse, /encode, /decode and /reconstruct."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.answering.describe import answers
from app.answering.forms import FRAMES, IMAGES, JSON, form_of
from app.answering.respond import IfNoneMatch, accepted, respond
from app.answering.uploads import PicturesDep
from app.deps import RuntimeDep
from app.errors import ImageSizeWrong, ImageTooLarge, ImageUnreadable
from app.latent import decoding, encoding, interpolation, reconstruction, traversal
from app.latent.schemas import (
    DecodeAnswer,
    DecodeRequest,
    EncodeAnswer,
    InterpolateAnswer,
    InterpolateRequest,
    ReconstructAnswer,
    TraverseAnswer,
    TraverseRequest,
)
from models.errors import CodeInvalid, CodeUnknown, LatentInvalid

router = APIRouter()

LATENTS = (LatentInvalid, CodeUnknown, CodeInvalid)
UPLOADS = (ImageUnreadable, ImageTooLarge, ImageSizeWrong)
EncoderId = Annotated[
    str,
    Form(
        min_length=1,
        max_length=64,
        description="The id of a model that is an `encoder`; /v1/encode takes a `code-reader` as well.",
        examples=["aae-mnist"],
    ),
]


@router.post(
    "/interpolate",
    tags=["generation"],
    summary="Walk from image to image",
    response_class=Response,
    responses=answers(FRAMES, InterpolateAnswer, *LATENTS, kept="it"),
)
async def post_interpolate(
    asked: InterpolateRequest, request: Request, runtime: RuntimeDep, if_none_match: IfNoneMatch = ""
) -> Response:
    """Draws `frames` images on the way through the endpoints, each of which is one of them.

    Noise goes along the great circle (arXiv:1609.04468), codes go straight.
    """
    order = interpolation.order_of(runtime, asked, form_of(accepted(request), FRAMES))
    return await respond(request, runtime, order, if_none_match)


@router.post(
    "/traverse",
    tags=["generation"],
    summary="See what a code or a latent does",
    response_class=Response,
    responses=answers(IMAGES, TraverseAnswer, *LATENTS),
)
async def post_traverse(
    asked: TraverseRequest, request: Request, runtime: RuntimeDep, if_none_match: IfNoneMatch = ""
) -> Response:
    """Draws a grid: from column to column the first axis changes, from row to row the second, and nothing else."""
    order = traversal.order_of(runtime, asked, form_of(accepted(request), IMAGES))
    return await respond(request, runtime, order, if_none_match)


@router.post(
    "/encode",
    tags=["latents"],
    summary="Find the latents of images",
    response_class=Response,
    responses=answers((JSON,), EncodeAnswer, *UPLOADS, kept="it"),
)
async def post_encode(
    model: EncoderId, pictures: PicturesDep, request: Request, runtime: RuntimeDep, if_none_match: IfNoneMatch = ""
) -> Response:
    """Finds the latent that draws each image, and its codes; a model that is a `code-reader` alone tells the codes."""
    form_of(accepted(request), (JSON,))
    return await respond(request, runtime, encoding.order_of(runtime, model, pictures), if_none_match)


@router.post(
    "/decode",
    tags=["latents"],
    summary="Draw the images of latents",
    response_class=Response,
    responses=answers(IMAGES, DecodeAnswer, LatentInvalid, kept="it"),
)
async def post_decode(
    asked: DecodeRequest, request: Request, runtime: RuntimeDep, if_none_match: IfNoneMatch = ""
) -> Response:
    """Draws an image of each latent: those of /v1/encode, or any others."""
    order = decoding.order_of(runtime, asked, form_of(accepted(request), IMAGES))
    return await respond(request, runtime, order, if_none_match)


@router.post(
    "/reconstruct",
    tags=["latents"],
    summary="See what a model keeps of images",
    response_class=Response,
    responses=answers(IMAGES, ReconstructAnswer, *UPLOADS, kept="it"),
)
async def post_reconstruct(
    model: EncoderId, pictures: PicturesDep, request: Request, runtime: RuntimeDep, if_none_match: IfNoneMatch = ""
) -> Response:
    """Encodes each image and draws it again: the picture shows both side by side, a row an image."""
    order = reconstruction.order_of(runtime, model, pictures, form_of(accepted(request), IMAGES))
    return await respond(request, runtime, order, if_none_match)

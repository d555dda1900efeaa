"""POST /segment."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.answering.describe import answers
from app.answering.forms import form_of
from app.answering.framing import Fit
from app.answering.respond import IfNoneMatch, accepted, respond
from app.answering.uploads import FilesDep, FitField
from app.deps import RuntimeDep
from app.errors import ImageSizeWrong, ImageTooLarge, ImageUnreadable
from app.segmentation import service
from app.segmentation.schemas import SegmentAnswer

router = APIRouter()

SegmenterId = Annotated[
    str,
    Form(
        min_length=1,
        max_length=64,
        description="The id of a model that is a `segmenter`, as GET /v1/models lists them.",
        examples=["unet-openmoji-parts"],
    ),
]
Overlay = Annotated[bool, Form(description="Lay the colours of the classes over the image, instead of a mask.")]


@router.post(
    "/segment",
    tags=["images"],
    summary="Say what is where in images",
    response_class=Response,
    responses=answers(service.FORMS, SegmentAnswer, ImageUnreadable, ImageTooLarge, ImageSizeWrong, kept="it"),
)
async def post_segment(
    model: SegmenterId,
    files: FilesDep,
    request: Request,
    runtime: RuntimeDep,
    fit: FitField = Fit.exact,
    overlay: Overlay = False,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """Names the class of every pixel of each image.

    A PNG is indexed: its levels are the numbers of the classes, its palette their colours. JSON tells the share of each
    class as well. Several images in one PNG make a grid.
    """
    form = form_of(accepted(request), service.FORMS)
    order = service.order_of(runtime, model, files, form, fit=fit, overlay=overlay)
    return await respond(request, runtime, order, if_none_match)

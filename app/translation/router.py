"""POST /translate."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response

from app.answering.describe import answers
from app.answering.forms import form_of
from app.answering.framing import Fit
from app.answering.respond import IfNoneMatch, accepted, respond
from app.answering.uploads import FilesDep, FitField
from app.deps import RuntimeDep
from app.errors import ImageSizeWrong, ImageTooLarge, ImageUnreadable
from app.translation import service
from app.translation.schemas import TranslateAnswer
from models.errors import DirectionUnknown

router = APIRouter()

TranslatorId = Annotated[
    str,
    Form(
        min_length=1,
        max_length=64,
        description="The id of a model that is a `translator`, as GET /v1/models lists them.",
        examples=["pix2pix-openmoji"],
    ),
]
Direction = Annotated[
    str | None,
    Form(
        max_length=64,
        description="From which domain to which; the model's first by default.",
        examples=["line-to-color"],
    ),
]
Include = Annotated[
    Literal["cycle"] | None,
    Form(description="`cycle`: show the image, its translation, and that translated back, in 8 bits."),
]


@router.post(
    "/translate",
    tags=["images"],
    summary="Translate images from domain to domain",
    response_class=Response,
    responses=answers(
        service.FORMS, TranslateAnswer, ImageUnreadable, ImageTooLarge, ImageSizeWrong, DirectionUnknown, kept="it"
    ),
)
async def post_translate(
    model: TranslatorId,
    files: FilesDep,
    request: Request,
    runtime: RuntimeDep,
    direction: Direction = None,
    fit: FitField = Fit.exact,
    include: Include = None,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """Draws what each image would be in the model's other domain. Several images in one PNG make a grid."""
    form = form_of(accepted(request), service.FORMS)
    cycle = include == "cycle"
    order = service.order_of(runtime, model, files, form, direction=direction, fit=fit, cycle=cycle)
    return await respond(request, runtime, order, if_none_match)

"""POST /classify."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.answering.describe import answers
from app.answering.forms import JSON, form_of
from app.answering.respond import IfNoneMatch, accepted, respond
from app.answering.uploads import PhotographsDep
from app.classification import service
from app.classification.schemas import ClassifyAnswer
from app.deps import RuntimeDep
from app.errors import ImageTooLarge, ImageUnreadable

router = APIRouter()

ClassifierId = Annotated[
    str,
    Form(
        min_length=1,
        max_length=64,
        description="The id of a model that is a `classifier`, as GET /v1/models lists them.",
        examples=["efficientnet-lite0"],
    ),
]
Top = Annotated[int, Form(ge=1, le=1000, description="How many classes to tell, the likeliest first.", examples=[5])]


@router.post(
    "/classify",
    tags=["classification"],
    summary="Say what images show",
    response_class=Response,
    responses=answers((JSON,), ClassifyAnswer, ImageUnreadable, ImageTooLarge, kept="it"),
)
async def post_classify(
    model: ClassifierId,
    pictures: PhotographsDep,
    request: Request,
    runtime: RuntimeDep,
    top: Top = 5,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """Names the likeliest classes of each image, of any size: GET /v1/examples has some to try.

    An image of another size than the model takes is cut to the model's proportions around its centre (for a square
    model its central square) and made to fit, bicubic. The `efficientnet-lite` models see of that what lies inside a
    border, 16 pixels wide at their scale: as they were trained, and as their published accuracies were measured.
    """
    form_of(accepted(request), (JSON,))
    return await respond(request, runtime, service.order_of(runtime, model, pictures, top=top), if_none_match)

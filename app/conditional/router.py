"""POST /sample."""

from fastapi import APIRouter, Request, Response

from app.answering.describe import answers
from app.answering.forms import IMAGES, form_of
from app.answering.respond import IfNoneMatch, accepted, respond
from app.conditional.schemas import SampleAnswer, SampleRequest
from app.conditional.service import order_of
from app.deps import RuntimeDep
from models.errors import CodeInvalid, CodeUnknown

router = APIRouter(tags=["generation"])


@router.post(
    "/sample",
    summary="Draw images with codes of your choice",
    response_class=Response,
    responses=answers(IMAGES, SampleAnswer, CodeUnknown, CodeInvalid),
)
async def post_sample(
    asked: SampleRequest, request: Request, runtime: RuntimeDep, if_none_match: IfNoneMatch = ""
) -> Response:
    """Draws `num_images` images that show what `codes` say: a digit's class, a face's glasses.

    A seed keeps its style: change a code alone, and everything else stays as alike as the model can.
    """
    order = order_of(runtime, asked, form_of(accepted(request), IMAGES))
    return await respond(request, runtime, order, if_none_match)

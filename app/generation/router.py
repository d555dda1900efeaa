"""POST /generate."""

from fastapi import APIRouter, Request, Response

from app.answering.describe import answers
from app.answering.forms import IMAGES, form_of
from app.answering.respond import IfNoneMatch, accepted, respond
from app.deps import RuntimeDep
from app.generation.schemas import GenerateAnswer, GenerateRequest
from app.generation.service import order_of
from models.errors import LatentInvalid

router = APIRouter(tags=["generation"])


@router.post(
    "/generate",
    summary="Draw images from a model",
    response_class=Response,
    responses=answers(IMAGES, GenerateAnswer, LatentInvalid),
)
async def post_generate(
    asked: GenerateRequest, request: Request, runtime: RuntimeDep, if_none_match: IfNoneMatch = ""
) -> Response:
    """Draws `num_images` images. Equal requests with a seed get equal bytes, whoever else is being served."""
    order = order_of(runtime, asked, form_of(accepted(request), IMAGES))
    return await respond(request, runtime, order, if_none_match)

"""POST /anomaly/score."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.anomaly import service
from app.anomaly.schemas import AnomalyAnswer
from app.anomaly.service import Show
from app.answering.describe import answers
from app.answering.forms import form_of
from app.answering.framing import Fit
from app.answering.respond import IfNoneMatch, accepted, respond
from app.answering.uploads import FilesDep, FitField
from app.deps import RuntimeDep
from app.errors import ImageSizeWrong, ImageTooLarge, ImageUnreadable
from models.errors import CalibrationMissing, CalibrationTooSmall

router = APIRouter(prefix="/anomaly")

ScorerId = Annotated[
    str,
    Form(
        min_length=1,
        max_length=64,
        description="The id of a model that is an `anomaly-scorer`, as GET /v1/models lists them.",
        examples=["inpaint-brick"],
    ),
]
Rate = Annotated[
    float,
    Form(
        gt=0,
        lt=1,
        allow_inf_nan=False,
        description="How many normal images in one may be called anomalous. Refused where the model knows too few "
        "held-out normals for it, with the number that it takes.",
        examples=[0.01],
    ),
]
Shown = Annotated[Show, Form(description="What PNG and ZIP show; JSON has all three.", examples=["overlay"])]


@router.post(
    "/score",
    tags=["images"],
    summary="Say whether images are anomalous, and where",
    response_class=Response,
    responses=answers(
        service.FORMS,
        AnomalyAnswer,
        ImageUnreadable,
        ImageTooLarge,
        ImageSizeWrong,
        CalibrationMissing,
        CalibrationTooSmall,
        kept="it",
    ),
)
async def post_score_anomalies(
    model: ScorerId,
    files: FilesDep,
    request: Request,
    runtime: RuntimeDep,
    false_positive_rate: Rate = 0.01,
    fit: FitField = Fit.resize,
    show: Shown = Show.heatmap,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """Tells how unlike the normal images that the model learned from each image is: a score, what share of normals
    score as high (`p_value`), a decision at the rate that you state, and a heatmap on a scale that never changes.
    """
    form = form_of(accepted(request), service.FORMS)
    order = service.order_of(runtime, model, files, form, rate=false_positive_rate, fit=fit, show=show)
    return await respond(request, runtime, order, if_none_match)

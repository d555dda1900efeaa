"""POST /classify."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from app.answering.describe import answers
from app.answering.fields import Seed
from app.answering.forms import JSON, form_of
from app.answering.respond import IfNoneMatch, accepted, respond
from app.answering.shields import shield_of
from app.answering.uploads import PhotographsDep
from app.classification import service
from app.classification.defended import defended_order
from app.classification.schemas import ClassifyAnswer
from app.deps import RuntimeDep
from app.errors import ImageTooLarge, ImageUnreadable
from models.capabilities import Classifier
from models.errors import DefenceInvalid

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
DefenceName = Annotated[
    str,
    Query(
        max_length=64,
        description="What stands in front of the classifier, as GET /v1/defences lists them; absent: nothing.",
        examples=["jpeg"],
    ),
]
DefenceValue = Annotated[
    float | None,
    Query(allow_inf_nan=False, description="Of the defence's parameter; absent: its usual value.", examples=[75]),
]
DefenceSeed = Annotated[
    Seed | None,
    Query(description="Of a defence that is random; absent: one that the answer tells.", examples=[7]),
]


@router.post(
    "/classify",
    tags=["classification"],
    summary="Say what images show",
    response_class=Response,
    responses=answers((JSON,), ClassifyAnswer, DefenceInvalid, ImageUnreadable, ImageTooLarge, kept="it"),
)
async def post_classify(
    model: ClassifierId,
    pictures: PhotographsDep,
    request: Request,
    runtime: RuntimeDep,
    top: Top = 5,
    defence: DefenceName = "",
    defence_value: DefenceValue = None,
    seed: DefenceSeed = None,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """Names the likeliest classes of each image, of any size: GET /v1/examples has some to try.

    An image of another size than the model takes is cut to the model's proportions around its centre (for a square
    model its central square) and made to fit, bicubic. The `efficientnet-lite` models see of that what lies inside a
    border, 16 pixels wide at their scale: as they were trained, and as their published accuracies were measured.

    With `?defence=` it is asked what it sees of the images as the defence leaves them.
    """
    form_of(accepted(request), (JSON,))
    runtime.get(model, Classifier)
    if not defence:
        only_with_a_defence(defence_value, seed)
        return await respond(request, runtime, service.order_of(runtime, model, pictures, top=top), if_none_match)
    shield = shield_of(runtime, model, defence, defence_value, adaptive=True)
    order = defended_order(runtime, model, pictures, top=top, shield=shield, seed=shield.seed(seed))
    return await respond(request, runtime, order, if_none_match)


def only_with_a_defence(value: float | None, seed: int | None) -> None:
    """Raises DefenceInvalid where there is something for a defence, and no defence."""
    for name, given in (("defence_value", value), ("seed", seed)):
        if given is not None:
            raise DefenceInvalid(f"{name} is {given:g}, and no defence is named: ?defence=jpeg, for one")

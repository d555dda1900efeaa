"""GET /models, /models/{id} and /models/{id}/samples.png."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response

from app.answering.codes import codes_known
from app.catalogue.samples import Samples
from app.catalogue.schemas import FailedModel, ModelCard, ModelList, detail, summary
from app.deps import ModelIdPath, RuntimeDep
from app.errors import ModelFailed, ModelUnknown, NotReady, SamplesMissing
from app.problems import responses
from models.capabilities import Translator

router = APIRouter(prefix="/models", tags=["catalogue"])
SHEET: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A sheet of samples.",
        "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
    },
    304: {"description": "The sheet is the one that `If-None-Match` names."},
}


async def samples_of(request: Request) -> Samples:
    """The sample sheets of this application."""
    samples: Samples = request.app.state.samples
    return samples


SamplesDep = Annotated[Samples, Depends(samples_of)]


@router.get("", summary="List the models", responses=responses(NotReady))
async def list_models(runtime: RuntimeDep, samples: SamplesDep) -> ModelList:
    """Every checkpoint under the server's weights folder: those that are served, and those that failed and why."""
    runtime.require_loaded()
    return ModelList(
        models=[
            summary(checkpoint.card, has_samples=samples.exists(id))
            for id, checkpoint in sorted(runtime.checkpoints.items())
        ],
        failed=[FailedModel(id=id, reason=reason) for id, reason in sorted(runtime.failed.items())],
    )


@router.get("/{id}", summary="Read a model's card", responses=responses(ModelUnknown, ModelFailed, NotReady))
async def get_model(id: ModelIdPath, runtime: RuntimeDep) -> ModelCard:
    """The card as it was written when the checkpoint was made: data, training, measured metrics, licence, limits.

    Beside it the codes that images can be chosen by, or that are read from images, with their values, and the
    directions in which images can be translated.
    """
    return detail(runtime.card(id), codes_known(runtime, id), directions_known(runtime, id))


def directions_known(runtime: RuntimeDep, model: str) -> tuple[str, ...]:
    """The directions of a translator; any other model has none."""
    if "translator" not in runtime.card(model).capabilities:
        return ()
    return runtime.get(model, Translator).directions


@router.get(
    "/{id}/samples.png",
    summary="See what a model makes",
    response_class=Response,
    responses=SHEET | responses(ModelUnknown, SamplesMissing, ModelFailed, NotReady),
)
async def get_samples(
    id: ModelIdPath,
    runtime: RuntimeDep,
    samples: SamplesDep,
    if_none_match: Annotated[str, Header(description="The ETag of a sheet that you have.")] = "",
) -> Response:
    """The sheet that was made and looked at when the checkpoint was committed. Carries a strong ETag."""
    sheet = samples.sheet(runtime.card(id).id)
    headers = {"ETag": sheet.etag, "Cache-Control": "no-cache"}
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    if known & {sheet.etag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(sheet.data, media_type="image/png", headers=headers)

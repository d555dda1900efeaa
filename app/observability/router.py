"""GET /metrics."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from prometheus_client.exposition import choose_encoder

from app.observability.metrics import Metrics

router = APIRouter(tags=["operations"])


async def metrics_of(request: Request) -> Metrics:
    """The counts of this application."""
    metrics: Metrics = request.app.state.metrics
    return metrics


MetricsDep = Annotated[Metrics, Depends(metrics_of)]


@router.get(
    "/metrics",
    summary="Counts and timings for Prometheus",
    response_class=Response,
    responses={
        200: {
            "description": "The text format, or OpenMetrics where Accept asks for it.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    },
)
async def read_metrics(
    metrics: MetricsDep,
    accept: Annotated[str, Header(description="`application/openmetrics-text` for OpenMetrics.")] = "text/plain",
) -> Response:
    """Requests and latency by route, queue depth and cost, batch sizes and waits, device seconds, what was shed."""
    encode, content_type = choose_encoder(accept)
    return Response(encode(metrics.registry), media_type=content_type)

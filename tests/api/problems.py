"""What every problem must be, whatever it is about."""

import httpx

FIELDS = {"type", "title", "status", "detail", "instance", "request_id"}


def check_problem(answer: httpx.Response, slug: str, status: int) -> dict[str, object]:
    """The body of a problem, after its shape was found to be right."""
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = answer.json()
    assert set(body) - {"errors"} == FIELDS
    assert body["type"] == f"/docs/problems/{slug}"
    assert body["status"] == answer.status_code == status
    assert body["instance"] == answer.request.url.path
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["title"]
    assert body["detail"]
    return body

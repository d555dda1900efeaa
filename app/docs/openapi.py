"""The OpenAPI document, with the errors that this server really answers."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from app.docs import text
from app.docs.fields import FIELDS
from app.errors import BodyMalformed, BodyTooLarge, MediaTypeUnsupported, Unauthorised
from app.problems import INPUT_INVALID, INTERNAL, MEDIA_TYPE, PROBLEMS, Problem, documented

SCHEME = "bearer"
REFERENCE = {"schema": {"$ref": "#/components/schemas/Problem"}}
ALWAYS = (INTERNAL,)
BODY = (PROBLEMS[BodyMalformed], PROBLEMS[BodyTooLarge], PROBLEMS[MediaTypeUnsupported], INPUT_INVALID)
LICENCE = {"name": "Apache 2.0", "identifier": "Apache-2.0"}


def operation_id(route: APIRoute) -> str:
    """What generated clients call the method: the name of the function, which may say its HTTP method too."""
    return route.name.removeprefix("post_")


def document(app: FastAPI, *, keyed: bool) -> dict[str, Any]:
    """OpenAPI 3.1 of the application; `keyed` where requests need a bearer key."""
    spec = get_openapi(
        title=text.TITLE,
        summary=text.SUMMARY,
        version=text.VERSION,
        description=text.DESCRIPTION,
        license_info=LICENCE,
        tags=text.TAGS,
        routes=app.routes,
    )
    components = spec.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"Problem": problem}
    for leftover in ("HTTPValidationError", "ValidationError"):  # FastAPI's own shapes, which nothing answers here
        schemas.pop(leftover, None)
    describe(schemas)
    for path, operations in spec["paths"].items():
        for operation in operations.values():
            locked = keyed and not path.startswith(("/health/", "/docs/"))
            complete(operation, locked=locked)
    if keyed:
        components["securitySchemes"] = {SCHEME: {"type": "http", "scheme": "bearer"}}
    return spec


def describe(schemas: dict[str, Any]) -> None:
    """Gives the fields of models that know no HTTP their descriptions."""
    for schema, fields in FIELDS.items():
        for name, meaning in fields.items():
            schemas[schema]["properties"][name].setdefault("description", meaning)


def complete(operation: dict[str, Any], *, locked: bool) -> None:
    """Adds what the middleware and the framework answer, and the examples where Swagger UI looks for them."""
    answers = operation["responses"]
    if "HTTPValidationError" in str(answers.get("422")):
        del answers["422"]
    kinds = list(ALWAYS)
    if "requestBody" in operation:
        kinds += BODY
    if locked:
        kinds.append(PROBLEMS[Unauthorised])
        operation["security"] = [{SCHEME: []}]
    for status, answer in documented(kinds).items():
        merge(answers, str(status), answer)
    answers["default"] = {"description": "Any other problem, in the same shape.", "content": {MEDIA_TYPE: REFERENCE}}
    for parameter in operation.get("parameters", []):
        if "examples" in parameter["schema"]:
            parameter["example"] = parameter["schema"]["examples"][0]


def merge(answers: dict[str, Any], status: str, answer: dict[str, Any]) -> None:
    """Adds an answer beside those of the same status."""
    known = answers.setdefault(status, answer)
    if known is not answer:
        known["description"] += " " + answer["description"]
        known["content"][MEDIA_TYPE]["examples"] |= answer["content"][MEDIA_TYPE]["examples"]

"""The OpenAPI document is what Swagger UI shows and what clients are generated from: it must be true and complete."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from app.docs import text
from app.main import create_app
from app.problems import TYPES
from app.settings import Settings
from tests.api.steering import digit

FILE = digit()
Operation = tuple[str, str, dict[str, Any]]
SPEC: dict[str, Any] = create_app(Settings()).openapi()
PROBLEM = Draft202012Validator({"$ref": "#/components/schemas/Problem", "components": SPEC["components"]})
OPERATIONS: list[Operation] = [(path, way, each) for path, ways in SPEC["paths"].items() for way, each in ways.items()]


def described(schema: Any, where: str) -> Iterator[tuple[str, bool]]:
    """Every property below a schema, and whether it is described."""
    if not isinstance(schema, dict):
        return
    for name, inner in schema.get("properties", {}).items():
        yield f"{where}.{name}", bool(inner.get("description") or "$ref" in inner)
        yield from described(inner, f"{where}.{name}")


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, where one only points to it."""
    return SPEC["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def test_every_field_is_described() -> None:
    found = [row for name, each in SPEC["components"]["schemas"].items() for row in described(each, name)]
    found += [
        (f"{path} {each['name']}", "description" in each)
        for path, _, o in OPERATIONS
        for each in o.get("parameters", [])
    ]
    assert [where for where, fine in found if not fine] == []
    assert len(found) > 50


def test_every_operation_is_explained_under_a_tag() -> None:
    tags = {tag["name"] for tag in text.TAGS}
    for path, way, operation in OPERATIONS:
        assert operation["summary"], path
        assert len(operation["description"]) > 30, path
        assert set(operation["tags"]) <= tags, path
        assert re.fullmatch("[a-z]+(_[a-z]+)*", operation["operationId"]), (path, way)


def test_operations_have_names_of_their_own() -> None:
    names = sorted(operation["operationId"] for _, _, operation in OPERATIONS)
    assert names == sorted(set(names))
    assert {"generate", "list_models", "get_model", "get_samples"} <= set(names)


def test_every_operation_documents_its_problems_in_one_shape() -> None:
    assert "HTTPValidationError" not in str(SPEC)
    for path, _, operation in OPERATIONS:
        for status, answer in operation["responses"].items():
            if status == "default" or int(status) >= 400:
                (media_type,) = answer["content"]
                assert media_type == "application/problem+json", path
                assert answer["content"][media_type]["schema"] == {"$ref": "#/components/schemas/Problem"}
                for slug, example in answer["content"][media_type].get("examples", {}).items():
                    PROBLEM.validate(example["value"])
                    assert (example["value"]["type"], example["value"]["status"]) == (TYPES + slug, int(status))
        assert {"default", "500"} <= set(operation["responses"]), path
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= set(operation["responses"]), path


def test_swagger_finds_a_value_for_every_required_parameter() -> None:
    for path, _, operation in OPERATIONS:
        for parameter in operation.get("parameters", []):
            assert "example" in parameter or not parameter["required"], path


def test_every_schema_is_a_json_schema() -> None:
    for schema in SPEC["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere() -> None:
    for name in re.findall(r"'#/components/schemas/(\w+)'", str(SPEC)):
        assert name in SPEC["components"]["schemas"]


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert SPEC["info"]["version"] == project["version"]


@pytest.fixture
def app(shared_app: FastAPI) -> FastAPI:
    """Serves every model that an example names."""
    return shared_app


@pytest.fixture
def client(fresh_client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Of that application."""
    return fresh_client


def example(operation: dict[str, Any]) -> dict[str, Any]:
    """What Swagger UI sends: the example of a JSON body, or those of a form's fields, and a file."""
    if "requestBody" not in operation:
        return {}
    content = operation["requestBody"]["content"]
    if "application/json" in content:
        (body,) = resolve(content["application/json"]["schema"])["examples"]
        return {"json": body}
    fields = resolve(content["multipart/form-data"]["schema"])
    assert fields["properties"]["image"]["items"] == {"type": "string", "format": "binary"}, "a file chooser"
    given = {name: field["examples"][0] for name, field in fields["properties"].items() if "examples" in field}
    assert set(fields["required"]) <= {"image", *given}
    return {"data": given, "files": {"image": FILE}}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("path", "way", "operation"), OPERATIONS, ids=[each["operationId"] for _, _, each in OPERATIONS]
)
async def test_the_example_works_as_it_stands(
    client: httpx.AsyncClient, app: FastAPI, path: str, way: str, operation: dict[str, Any]
) -> None:
    given = {each["name"]: each["example"] for each in operation.get("parameters", []) if each["required"]}
    documented = operation["responses"]["200"]["content"]
    for media_type, content in documented.items():
        answer = await client.request(way, path.format(**given), headers={"accept": media_type}, **example(operation))
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].partition(";")[0] == media_type
        if media_type == "application/json":
            validator = Draft202012Validator(content["schema"] | {"components": app.openapi()["components"]})
            validator.validate(answer.json())

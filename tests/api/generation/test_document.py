"""What Swagger UI shows of /v1/generate, and that its example works."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.api.generation.requests import FORMS


@pytest.fixture
def operation(app: FastAPI) -> dict[str, Any]:
    """POST /v1/generate in the OpenAPI document."""
    document: dict[str, Any] = app.openapi()["paths"]["/v1/generate"]["post"]
    return document


@pytest.fixture
def schema(app: FastAPI) -> dict[str, Any]:
    """The request's schema."""
    document: dict[str, Any] = app.openapi()["components"]["schemas"]["GenerateRequest"]
    return document


async def test_every_example_works(client: httpx.AsyncClient, schema: dict[str, Any]) -> None:
    assert schema["examples"]
    for example in schema["examples"]:
        assert (await client.post("/v1/generate", json=example)).status_code == 200


def test_every_field_is_described_and_has_an_example(schema: dict[str, Any]) -> None:
    assert all(field["description"] and field["examples"] for field in schema["properties"].values())


def test_every_form_and_every_refusal_is_documented(operation: dict[str, Any]) -> None:
    assert tuple(operation["responses"]["200"]["content"]) == FORMS
    assert {"304", "404", "406", "422", "503", "504"} <= set(operation["responses"])

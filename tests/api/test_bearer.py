from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.main import create_app
from app.settings import Settings
from tests.api.conftest import settings_over
from tests.api.problems import check_problem

KEY = "correct horse battery staple"


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def shared_app(weights: Path) -> FastAPI:
    """One application with a key for all of these."""
    return create_app(settings_over(weights).model_copy(update={"api_key": SecretStr(KEY)}))


@pytest.fixture
def client(shared_client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Of that application."""
    return shared_client


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/models"), ("GET", "/v1/models/sngan-mnist"), ("GET", "/v1/models/sngan-mnist/samples.png"),
     ("POST", "/v1/generate"), ("GET", "/metrics"), ("DELETE", "/v1/models"), ("OPTIONS", "/v1/generate"),
     ("GET", "/no/such/path"), ("GET", "/docsx"), ("GET", "/healthy"), ("GET", "//"), ("GET", "/health")],
)  # fmt: skip
async def test_whatever_is_not_open_needs_the_key(client: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, f"http://localhost:8000{path}")
    check_problem(answer, "unauthorised", 401)
    assert answer.headers["www-authenticate"] == 'Bearer realm="zerosum"'


@pytest.mark.parametrize(
    "path",
    ["/", "/docs", "/openapi.json", "/health/live", "/health/ready", "/static/start.js", "/docs/problems/queue-full"],
)
async def test_what_a_browser_or_a_supervisor_loads_first_is_open(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 200


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_key_opens(client: httpx.AsyncClient, scheme: str) -> None:
    assert (await client.get("/v1/models", headers={"authorization": f"{scheme} {KEY}"})).status_code == 200


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", f"Basic {KEY}", f"Bearer {KEY}x", f"Bearer {KEY[:-1]}", KEY, "Bearer ÿ"]
)
async def test_nothing_else_opens(client: httpx.AsyncClient, header: str) -> None:
    answer = await client.get("/v1/models", headers={b"authorization": header.encode("latin-1")})
    body = check_problem(answer, "unauthorised", 401)
    assert KEY not in str(body)


async def test_a_key_makes_any_host_and_origin_welcome(client: httpx.AsyncClient) -> None:
    headers = {"authorization": f"Bearer {KEY}", "host": "gan.example.org", "origin": "https://other.example.org"}
    assert (await client.get("/v1/models", headers=headers)).status_code == 200


async def test_swagger_offers_the_key_only_where_there_is_one(client: httpx.AsyncClient, settings: Settings) -> None:
    spec = (await client.get("/openapi.json")).json()
    assert spec["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert spec["paths"]["/v1/models"]["get"]["security"] == [{"bearer": []}]
    assert "security" not in spec["paths"]["/health/live"]["get"]
    assert "securitySchemes" not in create_app(settings).openapi()["components"]

import httpx
import pytest

from app.web.assets import assets
from tests.api.problems import check_problem


@pytest.mark.parametrize("path", ["/", "/docs"])
async def test_a_page_may_load_nothing_but_our_own_files(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", sorted(assets()))
async def test_each_file_is_served_and_then_kept(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/static/{name}")
    assert answer.status_code == 200
    assert answer.content == assets()[name].read_bytes()
    again = await client.get(f"/static/{name}", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_head_answers_like_get_without_the_body(client: httpx.AsyncClient) -> None:
    assert (await client.head("/")).status_code == 200


@pytest.mark.parametrize("name", ["none.js", "SOURCE.json", "..%2f..%2fsettings.py", "%2e%2e", "assets.py"])
async def test_nothing_else_is_served(client: httpx.AsyncClient, name: str) -> None:
    check_problem(await client.get(f"/static/{name}"), "path-unknown", 404)


@pytest.mark.parametrize("path", ["/redoc", "/docs/oauth2-redirect"])
async def test_fastapis_own_pages_are_off(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404

import re

import httpx
import pytest
from structlog.testing import capture_logs


async def test_every_answer_has_a_name_of_its_own(client: httpx.AsyncClient) -> None:
    names = {(await client.get("/health/live")).headers["x-request-id"] for _ in range(10)}
    assert len(names) == 10
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in names)


async def test_a_sane_name_is_kept(client: httpx.AsyncClient) -> None:
    name = "7f3c-A.b_c:1"
    assert (await client.get("/nothing", headers={"x-request-id": name})).headers["x-request-id"] == name


@pytest.mark.parametrize("name", ["", "a b", "a\tb", "x" * 65, "{}", "é", 'a"b', "<script>"])
async def test_a_name_that_could_break_a_log_is_replaced(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get("/health/live", headers={b"x-request-id": name.encode()})
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])


async def test_a_request_is_one_line_of_the_log(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        await client.get("/v1/models?page=1")
    (line,) = lines
    assert line["log_level"] == "info"
    assert line["event"] == "request"
    assert (line["method"], line["path"], line["status"]) == ("GET", "/v1/models", 200)
    assert line["ms"] > 0


async def test_what_is_asked_every_second_is_logged_quietly(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        for path in ("/health/live", "/health/ready", "/metrics", "/static/start.css"):
            await client.get(path)
    assert {line["log_level"] for line in lines} == {"debug"}


async def test_a_path_cannot_write_lines_of_its_own_into_the_log(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        await client.get("/a%0a%1b[31mb")
    assert lines[0]["path"] == "/a%0A%1B%5B31mb"

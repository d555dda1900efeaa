import httpx
import pytest

from tests.api.problems import check_problem

BODY = {"model": "sngan-mnist", "num_images": 1, "seed": 7}


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "localhost", "127.0.0.2", ""])
async def test_this_machine_by_any_name_is_served(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/v1/models", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example.org", "evil.example.org:8000", "localhost.evil.example.org", "192.168.1.2:8000", "[", "a@b",
             "127.0.0.1@evil.example.org", "localhost:8000:1", "localhost/x"]
)  # fmt: skip
async def test_a_name_that_was_rebound_to_this_machine_is_refused(client: httpx.AsyncClient, host: str) -> None:
    check_problem(await client.get("/v1/models", headers={"host": host}), "origin-forbidden", 403)


@pytest.mark.parametrize(
    "origin", ["https://evil.example.org", "null", "http://localhost:3000", "http://127.0.0.1:8000", ""]
)
async def test_a_page_of_another_site_may_not_send(client: httpx.AsyncClient, origin: str) -> None:
    answer = await client.post("/v1/generate", json=BODY, headers={"origin": origin})
    check_problem(answer, "origin-forbidden", 403)


async def test_the_servers_own_page_may_send(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/generate", json=BODY, headers={"origin": "http://localhost:8000"})
    assert answer.status_code == 200


async def test_no_answer_opens_the_server_to_other_sites(client: httpx.AsyncClient) -> None:
    headers = {"origin": "https://evil.example.org", "access-control-request-method": "POST"}
    for answer in (await client.options("/v1/generate", headers=headers), await client.get("/", headers=headers)):
        assert not any(name.startswith("access-control") for name in answer.headers)

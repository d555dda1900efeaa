import httpx
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from app.main import create_app
from app.settings import Settings
from tests.api.conftest import MODEL, Serve

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def scrape(client: httpx.AsyncClient) -> Samples:
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((name, frozenset(labels.items())), 0)


async def test_requests_are_counted_by_route_and_never_by_path(client: httpx.AsyncClient) -> None:
    for id in (MODEL, MODEL, "a", "b"):
        await client.get(f"/v1/models/{id}")
    for path in ("/secret", "/other"):
        await client.get(path)
    await client.request("BREW", "/v1/models")
    samples = await scrape(client)

    def count(route: str, method: str, status: str) -> float:
        return value(samples, "zerosum_http_requests_total", route=route, method=method, status=status)

    assert count("/v1/models/{id}", "GET", "200") == 2
    assert count("/v1/models/{id}", "GET", "404") == 2
    assert count("none", "GET", "404") == 2
    assert count("/v1/models", "other", "405") == 1
    assert value(samples, "zerosum_http_request_seconds_count", route="/v1/models/{id}", method="GET") == 4
    assert not any("secret" in label for _, labels in samples for _, label in labels)


async def test_the_answer_that_is_being_written_is_in_flight(client: httpx.AsyncClient) -> None:
    assert value(await scrape(client), "zerosum_http_requests_in_flight") == 1


async def test_pages_and_files_have_routes_of_their_own(client: httpx.AsyncClient) -> None:
    for path in ("/", "/docs", "/openapi.json", "/static/start.css", "/health/live"):
        await client.get(path)
    samples = await scrape(client)
    for route in ("/", "/docs", "/openapi.json", "/static/{name}", "/health/live"):
        assert value(samples, "zerosum_http_requests_total", route=route, method="GET", status="200") == 1


async def test_the_engines_work_is_counted(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/generate", json={"model": MODEL, "num_images": 3, "seed": 7})
    assert answer.status_code == 200
    samples = await scrape(client)
    assert value(samples, "zerosum_batch_size_sum", model=MODEL) == 3
    batches = value(samples, "zerosum_batch_size_count", model=MODEL)
    assert 1 <= batches <= 3
    assert value(samples, "zerosum_batch_wait_seconds_count", model=MODEL) == batches
    assert value(samples, "zerosum_device_seconds_total", model=MODEL) > 0
    assert value(samples, "zerosum_queue_depth") == 0
    assert value(samples, "zerosum_queue_cost") == 0


async def test_two_applications_of_a_process_keep_apart(app: FastAPI, settings: Settings, serve: Serve) -> None:
    async with serve(app) as one, serve(create_app(settings)) as other:
        await one.get("/v1/models")
        counts = [
            value(await scrape(each), "zerosum_http_requests_total", route="/v1/models", method="GET", status="200")
            for each in (one, other)
        ]
    assert counts == [1, 0]


async def test_openmetrics_is_given_where_it_is_asked_for(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")

"""A server from its first second to its last, as a process."""

import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import MODEL, PNG, write_checkpoint
from tests.e2e.serving import PATIENCE, Process

pytestmark = pytest.mark.e2e
KEY = "correct horse battery staple"


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One checkpoint that keeps a lane busy for a while, and a broken one."""
    root = tmp_path_factory.mktemp("weights")
    write_checkpoint(root, MODEL, width=32)
    (root / "broken-gan").mkdir()
    return root


def test_it_serves_and_ends_cleanly(weights: Path) -> None:
    with Process(weights) as server, httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
        assert f"Serving {MODEL}.\n" in server.said
        assert "Not served: broken-gan: there is no card.json\n" in server.said
        assert f"  API          {server.url}/docs\n" in server.said
        assert client.get("/health/ready").json() == {"status": "ready", "models": 1, "failed": 1}
        answer = client.post("/v1/generate", json={"model": MODEL, "num_images": 4, "seed": 7})
        assert answer.content.startswith(PNG)
        assert "server" not in answer.headers

        def stream() -> Iterator[bytes]:
            for _ in range(160):  # 10 MiB, beyond the 8 of the setting
                yield b" " * 2**16

        answer = client.post("/v1/generate", content=stream(), headers={"content-type": "application/json"})
        assert answer.json()["type"] == "/docs/problems/body-too-large", "over a real socket, chunked"
        assert client.get("/health/live").status_code == 200
        code, logged = server.stop()
    assert code == 0
    assert "Traceback" not in logged


def ask_at_once(server: Process, pool: ThreadPoolExecutor) -> list[Future[httpx.Response]]:
    """Eight requests that keep its one lane busy for seconds, all accepted, none answered."""
    order = {"model": MODEL, "num_images": 1000}
    url = f"{server.url}/v1/generate"
    asked = [pool.submit(httpx.post, url, json=order | {"seed": seed}, timeout=PATIENCE) for seed in range(8)]
    with httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
        while "zerosum_http_requests_in_flight 9.0" not in client.get("/metrics").text:
            assert not any(each.done() for each in asked), "the work is too short to be interrupted"
    return asked


def test_accepted_work_is_finished_before_it_ends(weights: Path) -> None:
    patience = {"ZEROSUM_DRAIN_SECONDS": str(PATIENCE), "ZEROSUM_DEADLINE_SECONDS": str(PATIENCE)}
    with Process(weights, "--workers", "1", **patience) as server, ThreadPoolExecutor(8) as pool:
        url, asked = server.url, ask_at_once(server, pool)
        server.popen.send_signal(signal.SIGTERM)
        while (ready := httpx.get(f"{url}/health/ready", timeout=PATIENCE)).status_code == 200:
            time.sleep(0.01)
        assert ready.json()["type"] == "/docs/problems/shutting-down"
        newcomer = httpx.post(f"{url}/v1/generate", json={"model": MODEL}, timeout=PATIENCE)
        assert (newcomer.status_code, newcomer.json()["type"]) == (503, "/docs/problems/shutting-down")
        assert not all(each.done() for each in asked), "it was asked while accepted work was under way"
        assert [each.result().status_code for each in asked] == [200] * 8
        assert all(each.result().content.startswith(PNG) for each in asked)
        assert server.popen.wait(timeout=PATIENCE) == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/health/live")


def test_work_that_outlasts_the_drain_is_told_so(weights: Path) -> None:
    with Process(weights, "--workers", "1", ZEROSUM_DRAIN_SECONDS="0.3") as server, ThreadPoolExecutor(8) as pool:
        asked = ask_at_once(server, pool)
        code, _ = server.stop()
        assert code == 0
        late = [each.result() for each in asked if each.result().status_code != 200]
        assert late, "seconds of work do not fit into 0.3"
        assert {each.json()["type"] for each in late} == {"/docs/problems/shutting-down"}


@pytest.mark.parametrize("seconds", [0, 0.7])
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_while_it_still_loads(weights: Path, signum: signal.Signals, seconds: float) -> None:
    with Process(weights) as server:
        assert server.popen.stdout is not None
        assert server.popen.stdout.readline().startswith("Loading the models in ")
        time.sleep(seconds)
        code, logged = server.stop(signum)
        assert code == 0
        assert "Traceback" not in logged


def test_the_log_is_json_where_a_machine_reads_it(weights: Path) -> None:
    with Process(weights, ZEROSUM_LOG_FORMAT="json", ZEROSUM_API_KEY=KEY) as server:
        headers = {"x-request-id": "abc", "authorization": f"Bearer {KEY}"}
        httpx.get(f"{server.url}/v1/models", headers=headers, timeout=PATIENCE)
        httpx.get(f"{server.url}/v1/models", timeout=PATIENCE)
        code, logged = server.stop(signal.SIGINT)
    assert code == 0
    assert KEY not in logged
    lines = [json.loads(line) for line in logged.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert [line["status"] for line in requests] == [200, 401]
    assert requests[0]["request_id"] == "abc"
    assert {"timestamp", "level", "method", "path", "ms", "client"} <= set(requests[0])


def test_it_sleeps_when_nobody_asks(weights: Path) -> None:
    with Process(weights) as server:
        assert httpx.get(f"{server.url}/health/live", timeout=PATIENCE).status_code == 200
        stat = Path(f"/proc/{server.popen.pid}/stat")

        def cpu_seconds() -> float:
            fields = stat.read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

        before = cpu_seconds()
        time.sleep(2)
        assert cpu_seconds() - before < 0.1

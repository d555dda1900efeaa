"""Mistakes at the start get one sentence and exit code 2, before anything heavy is loaded."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.serving import PATIENCE, ROOT, command, environment

pytestmark = pytest.mark.e2e


def refusal(*flags: str, **variables: str) -> str:
    """What it says of a mistake."""
    done = subprocess.run(
        command(*flags), cwd=ROOT, env=environment(**variables), capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    (sentence,) = done.stderr.splitlines()
    return sentence


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_taken_port_is_told(taken: int, tmp_path: Path) -> None:
    said = refusal("--port", str(taken), "--weights", str(tmp_path))
    assert said == f"Error: port {taken} of 127.0.0.1 is taken; stop what listens there or pass --port"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])  # noqa: S104 - refused, that is the point
def test_without_a_key_it_does_not_listen_beyond_loopback(host: str, tmp_path: Path) -> None:
    said = refusal("--host", host, "--weights", str(tmp_path))
    assert said.startswith(f"Error: {host} can be reached from other machines, so a key is needed: set ZEROSUM_API_KEY")


def test_a_short_key_is_refused_and_not_repeated(tmp_path: Path) -> None:
    said = refusal("--weights", str(tmp_path), ZEROSUM_API_KEY="hunter2")
    assert said.startswith("Error: ZEROSUM_API_KEY: ")
    assert "hunter2" not in said


def test_an_address_of_another_machine_is_told(tmp_path: Path) -> None:
    said = refusal("--host", "192.0.2.1", "--weights", str(tmp_path), ZEROSUM_API_KEY="k" * 16)
    assert said.startswith("Error: cannot listen on port 8000 of 192.0.2.1: ")


def test_a_missing_weights_folder_is_told(tmp_path: Path) -> None:
    said = refusal("--weights", str(tmp_path / "none"))
    assert said == f"Error: {tmp_path / 'none'} is no folder; pass --weights or set ZEROSUM_WEIGHTS"


def test_a_wrong_variable_is_named() -> None:
    assert refusal(ZEROSUM_PORT="http").startswith("Error: ZEROSUM_PORT: Input should be a valid integer")
    assert refusal("--device", "tpu").startswith("Error: --device: ")


def test_a_device_that_is_not_there_is_told(tmp_path: Path) -> None:
    said = refusal("--device", "cuda:99", "--port", "0", "--weights", str(tmp_path))
    assert said.startswith("Error: device is 'cuda:99'")

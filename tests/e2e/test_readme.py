"""The README's code blocks, run against a server that `make serve` itself starts.

What is changed before a block runs, and nothing else:
- the block `make serve` is the fixture, with `PORT=` a free port; every `localhost:8000` becomes that port;
- what fetches images runs in an empty folder, the rest in the checkout, where it writes nothing;
- `zerosum train` gets `--dry-run` (it opens the data, builds the networks and times a few steps, but trains nothing),
  since the real run takes an hour: `make train-smoke` is what really trains each recipe.
"""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.e2e.serving import environment
from tests.unit.repository.tree import ROOT

pytestmark = pytest.mark.e2e

BLOCKS: list[tuple[str, str]] = re.findall(
    r"^```(\w+)\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL
)
START_SECONDS = 120
KEPT = {"PYTHONUNBUFFERED": "1"} | {name: os.environ[name] for name in ("ZEROSUM_DATA",) if name in os.environ}
ENVIRONMENT = {
    name: value for name, value in environment(**KEPT).items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
}


def block(language: str, containing: str) -> str:
    """The one block of this language that contains these words."""
    [found] = [text for kind, text in BLOCKS if kind == language and containing in text]
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """`make serve` on a free port, ready, and the file that its output goes to."""
    assert block("bash", "make serve") == "make serve\n"
    port, said = free_port(), tmp_path_factory.mktemp("server") / "said"
    with said.open("wb") as out:
        argv = ["make", "serve", f"PORT={port}"]
        process = subprocess.Popen(
            argv, cwd=ROOT, env=ENVIRONMENT, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        wait_until_ready(port, process, said)
        yield port, said
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=30)


def wait_until_ready(port: int, process: subprocess.Popen[bytes], said: Path) -> None:
    """Until /health/ready says 200. Fails with what the server said when it ends before."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, said.read_text()
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail(f"not ready within {START_SECONDS} s:\n{said.read_text()}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where images land."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(script: str, folder: Path) -> str:
    """What bash says to a script, whose every line must succeed."""
    argv = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(argv, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_every_block_is_run_by_a_test_here() -> None:
    run_here = ["make serve", "curl", "httpx", "zerosum train"]
    assert [next((name for name in run_here if name in text), text) for _, text in BLOCKS] == run_here


def test_make_serve_prints_the_address_of_the_docs(server: tuple[int, Path]) -> None:
    port, said = server
    assert f"http://127.0.0.1:{port}/docs" in said.read_text()


def test_curl_gets_sixteen_digits(server: tuple[int, Path], folder: Path) -> None:
    run(block("bash", "curl").replace("localhost:8000", f"localhost:{server[0]}"), folder)
    with Image.open(folder / "digits.png") as sheet:
        assert sheet.format == "PNG"
        assert sheet.width == sheet.height >= 4 * 28


def test_the_python_snippet_writes_four_digits(server: tuple[int, Path], folder: Path) -> None:
    code = block("python", "httpx").replace("localhost:8000", f"localhost:{server[0]}")
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - the README is ours
    sizes = {}
    for path in folder.glob("digit-*.png"):
        with Image.open(path) as image:
            sizes[path.name] = image.size
    assert sizes == {f"digit-{number}.png": (28, 28) for number in range(4)}


def test_the_training_commands_work() -> None:
    script = block("bash", "zerosum train")
    said = run(re.sub(r"^(zerosum train .*)$", r"\1 --dry-run", script, flags=re.MULTILINE), ROOT)
    assert "mnist-10k" in said
    assert "parameters" in said
    assert "frechet@digits-cnn-v1" in said


def test_a_taken_port_is_refused_in_one_sentence(server: tuple[int, Path]) -> None:
    argv = ["make", "serve", f"PORT={server[0]}"]
    done = subprocess.run(argv, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=120)
    sentence, makes_own = done.stderr.strip().splitlines()
    assert str(server[0]) in sentence
    assert makes_own.startswith("make: ***")
    assert done.returncode != 0

"""The real server, as a process of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

import click

PATIENCE = 60  # seconds for the start, and for the end
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Server:
    """A server that is ready, on a port of loopback."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.port, self.process = port, process

    def cpu_seconds(self) -> float:
        """User and system time so far; see proc(5)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_ready(self) -> None:
        """Returns once the models are loaded and warm."""
        end = monotonic() + PATIENCE
        while monotonic() < end:
            if self.process.poll() is not None:
                raise click.ClickException(f"the server left with status {self.process.returncode}")
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=1):
                    return
            except (URLError, ConnectionError, TimeoutError):
                sleep(0.1)
        raise click.ClickException(f"the server was not ready within {PATIENCE} s")


@contextmanager
def running(weights: Path, *, lanes: int) -> Iterator[Server]:
    """`python -m app` with so many lanes, its log quiet, for the length of a with block."""
    port = free_port()
    command = [sys.executable, "-m", "app", "--device", "cpu"]
    options = {"--weights": weights, "--workers": lanes, "--port": port}
    command += [str(word) for option in options.items() for word in option]
    environment = os.environ | ONE_THREAD | {"ZEROSUM_LOG_LEVEL": "warning"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 - our own server
    try:
        server = Server(port, process)
        server.wait_ready()
        yield server
    finally:
        process.terminate()
        process.wait(PATIENCE)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])

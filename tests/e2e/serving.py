"""`python -m app` as a process of its own."""

import os
import signal
import subprocess
import sys
import threading
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]
PATIENCE = 150  # seconds; importing torch takes two on an idle machine, and a minute on a starved one


def command(*flags: str) -> list[str]:
    """The command line of a server."""
    return [sys.executable, "-m", "app", *flags]


def environment(**variables: str) -> dict[str, str]:
    """Ours without its settings, so that a developer's own do not reach the test, plus these."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ZEROSUM_")} | variables


class Process:
    """A server on a free port; entered, it serves."""

    def __init__(self, weights: Path, *flags: str, **variables: str) -> None:
        self.command = command("--port", "0", "--device", "cpu", "--weights", str(weights), *flags)
        self.environment = environment(**variables)
        self.said: list[str] = []

    def __enter__(self) -> Self:
        self.popen = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.watchdog = threading.Timer(2 * PATIENCE, self.popen.kill)
        self.watchdog.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.watchdog.cancel()
        self.popen.kill()
        self.popen.communicate()

    @cached_property
    def url(self) -> str:
        """The address that it printed, once it serves."""
        assert self.popen.stdout is not None
        while not self.said or "Ctrl-C stops" not in self.said[-1]:
            line = self.popen.stdout.readline()
            assert line, f"it ended: {self.said} {self.popen.communicate()}"
            self.said.append(line)
        (page,) = (line for line in self.said if "start page" in line)
        return page.split()[-1].rstrip("/")

    def stop(self, signum: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Its exit code and what it logged, after this signal."""
        self.popen.send_signal(signum)
        _, logged = self.popen.communicate(timeout=PATIENCE)
        return self.popen.returncode, logged

"""The Makefile on machines that are not ready: with a Python that only pretends, nothing is installed and no time lost.

The pretended Python answers the Makefile's three questions and writes down what pip was asked for.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.repository.tree import ROOT

pytestmark = pytest.mark.e2e

PRETENDED = """#!/bin/sh
case "$*" in
  *version_info*) exit {too_old} ;;
  *ensurepip*) exit {no_venv} ;;
  --version) echo Python 3.12.1 ;;
  *"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python && cp "$0" .venv/bin/zerosum ;;
  *"-m pip"*) echo "${{*#*--constraint constraints.txt }}" >> pip.log ;;
  serve*) echo "zerosum $*" ;;
esac
"""
RUNTIME = ["setuptools torch", "-qq --no-build-isolation --editable ."]
PEERS = (
    "adv-lib charset-normalizer eagerpy efficientnet-lite-pytorch foolbox gitdb gitpython requests smmap "
    "torch-fidelity urllib3"
)
DEV = ["-qq --no-build-isolation --editable .[train,dev]", f"-qq --no-deps {PEERS}"]


class Checkout:
    """A fresh clone's Makefile and what it reads, and a Python to run it with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("Makefile", "pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / name, folder)
        self.python()

    def python(self, *, too_old: int = 0, no_venv: int = 0) -> None:
        """Makes the pretended Python."""
        python = self.folder / "python"
        python.write_text(PRETENDED.format(too_old=too_old, no_venv=no_venv))
        python.chmod(0o755)

    def make(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`make WORDS` there, as if no other make ran around it."""
        quiet = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
        argv = ["make", "PYTHON=./python", *words]
        return subprocess.run(argv, cwd=self.folder, env=quiet, capture_output=True, text=True, check=False)

    def installed(self) -> list[str]:
        """What pip was asked for since the last look."""
        log = self.folder / "pip.log"
        asked = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return asked


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh clone."""
    return Checkout(tmp_path)


def test_make_alone_lists_every_command(checkout: Checkout) -> None:
    said = checkout.make().stdout
    listed = {line.split()[1] for line in said.splitlines()}
    assert {"setup", "serve", "test", "check", "train-smoke", "bench", "image"} <= listed
    assert checkout.installed() == []


def test_serve_installs_what_serving_needs_and_starts(checkout: Checkout) -> None:
    done = checkout.make("serve", "PORT=8123")
    assert done.stdout.splitlines()[-1] == "zerosum serve --port 8123"
    assert checkout.installed() == RUNTIME


def test_names_that_a_shell_exports_for_itself_change_nothing(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"HOST": "my-machine", "PORT": "5000", "DEVICE": "pixel", "IMAGE": "photo"}.items():
        monkeypatch.setenv(name, value)
    assert checkout.make("serve").stdout.splitlines()[-1] == "zerosum serve"


def test_a_second_call_installs_nothing(checkout: Checkout) -> None:
    checkout.make("setup")
    assert checkout.installed() == RUNTIME + DEV
    assert checkout.make("setup", "serve").returncode == 0
    assert checkout.installed() == []


def test_tests_after_serve_add_only_what_is_missing(checkout: Checkout) -> None:
    checkout.make("serve")
    assert checkout.installed() == RUNTIME
    checkout.make("test")
    assert checkout.installed() == DEV


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_other_dependencies_are_installed(checkout: Checkout, name: str) -> None:
    checkout.make("setup")
    checkout.installed()
    later = (checkout.folder / ".venv/.dev").stat().st_mtime + 2
    os.utime(checkout.folder / name, (later, later))
    checkout.make("setup")
    assert checkout.installed() == RUNTIME + DEV


def test_a_failed_installation_is_tried_again(checkout: Checkout) -> None:
    checkout.make("setup")
    (checkout.folder / ".venv/.dev").unlink()
    pip = checkout.folder / ".venv/bin/python"
    works = pip.read_text()
    pip.write_text("#!/bin/sh\nexit 1\n")
    assert checkout.make("setup").returncode != 0
    pip.write_text(works)
    checkout.installed()
    assert checkout.make("setup").returncode == 0
    assert set(checkout.installed()) >= set(DEV)


def test_an_old_python_is_refused_in_one_sentence(checkout: Checkout) -> None:
    checkout.python(too_old=1)
    done = checkout.make("serve")
    sentence, makes_own = done.stderr.splitlines()
    assert (
        sentence
        == "Zerosum needs Python 3.11 or newer, which none of these is: ./python (make PYTHON=... names another)."
    )
    assert makes_own.startswith("make: ***")
    assert done.stdout == ""


def test_a_python_without_venv_is_refused_in_one_sentence(checkout: Checkout) -> None:
    checkout.python(no_venv=1)
    sentence, makes_own = checkout.make("serve").stderr.splitlines()
    assert sentence.startswith("./python cannot make virtual environments: install its venv package")
    assert makes_own.startswith("make: ***")


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH with nothing on it but a shell."""
    folder = tmp_path / "tools"
    folder.mkdir()
    (folder / "sh").symlink_to("/bin/sh")
    return folder


def tool(tools: Path, name: str, *, info: int) -> None:
    """A container tool that says what it is asked to do; `docker info` fails where no engine runs."""
    (tools / name).write_text(f'#!/bin/sh\n[ "$1" = info ] && exit {info}\necho {name} "$@"\n')
    (tools / name).chmod(0o755)


@pytest.mark.parametrize(("info", "expected"), [(0, "docker build"), (1, "buildah build --format docker")])
def test_an_image_is_built_by_a_docker_that_works_and_else_by_buildah(
    checkout: Checkout, tools: Path, info: int, expected: str
) -> None:
    tool(tools, "docker", info=info)
    tool(tools, "buildah", info=1)
    said = checkout.make("image", "DEVICE=cuda", f"PATH={tools}").stdout
    assert said == f"{expected} --build-arg DEVICE=cuda --tag zerosum .\n"


def test_an_image_without_docker_and_buildah_is_refused_in_one_sentence(checkout: Checkout, tools: Path) -> None:
    done = checkout.make("image", f"PATH={tools}")
    assert done.stderr.splitlines()[0] == "An image needs a running Docker engine or buildah: neither is here."
    assert done.returncode != 0

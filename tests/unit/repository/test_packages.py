"""What pyproject.toml asks for, what constraints.txt pins, and what an import brings along."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from app.docs import text
from tests.unit.repository.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
NAMED = [
    Requirement(line) for line in (*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra))
]
PINS = {
    line.split("==")[0]: line.split("==")[1]
    for line in (ROOT / "constraints.txt").read_text().splitlines()
    if line and not line.startswith("#")
}
WITHOUT_DEPENDENCIES = {canonicalize_name(Requirement(line).name) for line in EXTRAS["peers"]}


@pytest.mark.parametrize("requirement", NAMED, ids=lambda requirement: requirement.name)
def test_every_dependency_is_pinned_to_a_version_it_allows(requirement: Requirement) -> None:
    assert requirement.specifier.contains(PINS[canonicalize_name(requirement.name)])


def test_what_the_dependencies_pull_in_here_is_pinned_too() -> None:
    assert {name for requirement in NAMED for name in closure(requirement)} - set(PINS) == set()


def test_the_api_has_the_version_of_the_package() -> None:
    assert PROJECT["version"] == text.VERSION


def test_no_pin_is_of_one_platform() -> None:
    assert [version for version in PINS.values() if not re.fullmatch(r"[0-9.]+", version)] == []


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("models.checkpoint", ("app", "training", "fastapi", "httpx", "PIL")),
        ("training.__main__", ("app", "fastapi", "platformdirs", "scipy", "skimage", "tensorboard", "resvg_py")),
    ],
)
def test_an_import_stays_on_its_side_of_the_house(module: str, absent: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*(name for name in {absent} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("", "", 0)


def closure(requirement: Requirement, seen: set[str] | None = None) -> Iterator[str]:
    """The names of a requirement and of all that it needs on this machine."""
    seen = set() if seen is None else seen
    name = canonicalize_name(requirement.name)
    key = str(requirement)
    if key in seen:
        return
    seen.add(key)
    yield name
    if name in WITHOUT_DEPENDENCIES:
        return
    for line in importlib.metadata.requires(name) or ():
        needed = Requirement(line)
        extras = requirement.extras or {""}
        if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
            yield from closure(needed, seen)

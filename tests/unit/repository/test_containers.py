"""Dockerfile and docker-compose.yml, judged by hadolint and by Docker Compose itself.

`docker-compose config` needs no engine: it validates the file against the Compose specification's JSON schema, which
it carries, and then resolves profiles, volumes and env files as `up` would.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.repository.tree import ROOT

BIN = Path(sys.executable).parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def compose(folder: Path) -> subprocess.CompletedProcess[str]:
    """`docker-compose config` of the file in `folder`, every profile on."""
    argv: list[Path | str] = [
        BIN / "docker-compose",
        "--file",
        folder / "docker-compose.yml",
        "--profile",
        "*",
        "config",
    ]
    return subprocess.run([*argv, "--format", "json"], capture_output=True, text=True, check=False)


@pytest.fixture
def deployment(tmp_path: Path) -> Path:
    """A folder with the compose file and the env file that docs/docker.md asks for."""
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    (tmp_path / ".env").write_text("ZEROSUM_API_KEY=a-secret-of-this-test\n")
    return tmp_path


@pytest.fixture
def services(deployment: Path) -> dict[str, dict[str, Any]]:
    """The services as Compose understands them."""
    done = compose(deployment)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)["services"]
    return found


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    done = subprocess.run([BIN / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


@pytest.mark.parametrize("stage", ["server", "training"])
def test_an_image_ends_as_a_user_of_its_own(stage: str) -> None:
    commands = [line for line in DOCKERFILE.split(f" AS {stage}\n")[1].split("\nFROM ")[0].splitlines() if line]
    assert [line for line in commands if line.startswith("USER ")] == ["USER 10001:10001"]
    assert "STOPSIGNAL SIGTERM" in commands


def test_the_server_is_what_a_plain_build_makes() -> None:
    assert DOCKERFILE.split("\nFROM ")[-1].splitlines()[0].endswith(" AS server")


def test_compose_has_a_server_a_gpu_server_and_a_trainer(services: dict[str, dict[str, Any]]) -> None:
    assert {name: service.get("profiles", []) for name, service in services.items()} == {
        "server": [],
        "server-gpu": ["gpu"],
        "training": ["training"],
    }


def test_a_served_port_is_on_this_machine_only_and_the_key_comes_from_the_env_file(
    services: dict[str, dict[str, Any]],
) -> None:
    for name in ("server", "server-gpu"):
        assert [port["host_ip"] for port in services[name]["ports"]] == ["127.0.0.1"]
        assert services[name]["environment"] == {"ZEROSUM_API_KEY": "a-secret-of-this-test"}
        assert services[name]["read_only"]


def test_the_gpu_server_asks_for_cuda_at_build_and_at_run(services: dict[str, dict[str, Any]]) -> None:
    server = services["server-gpu"]
    assert server["build"]["args"] == {"DEVICE": "cuda"}
    assert server["deploy"]["resources"]["reservations"]["devices"][0]["capabilities"] == ["gpu"]


def test_the_trainer_writes_to_volumes(services: dict[str, dict[str, Any]]) -> None:
    targets = {mount["target"]: mount["type"] for mount in services["training"]["volumes"]}
    assert targets == {"/srv/zerosum/runs": "volume", "/srv/zerosum/data": "volume"}
    assert services["training"]["build"]["target"] == "training"


def test_compose_refuses_a_key_that_its_schema_does_not_have(deployment: Path) -> None:
    file = deployment / "docker-compose.yml"
    file.write_text(file.read_text().replace("    image: zerosum\n", "    image: zerosum\n    enviroment: {}\n"))
    done = compose(deployment)
    assert done.returncode != 0
    assert "services.server.enviroment" in done.stderr.replace(
        "services.server additional properties '", "services.server."
    )


def test_compose_says_so_when_the_env_file_is_missing(deployment: Path) -> None:
    (deployment / ".env").unlink()
    assert ".env not found" in compose(deployment).stderr


def test_the_build_context_lets_in_only_what_the_image_copies() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        word
        for line in DOCKERFILE.splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    }
    assert allowed == copied

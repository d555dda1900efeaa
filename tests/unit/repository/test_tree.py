"""The house of docs/architecture.md, and what must not stand in it."""

import re

import pytest

from tests.unit.repository.tree import MIB, ROOT, files, texts

HOUSE = {
    *("app", "models", "training", "weights", "benchmarks", "tests", "docs", ".ci"),
    *("Dockerfile", "docker-compose.yml", ".dockerignore", ".gitignore"),
    *("pyproject.toml", "constraints.txt", "Makefile", "README.md", "CHANGELOG.md", "LICENSE"),
}
HOSTS = ("python" + "hosted.org", "py" + "pi.org", "registry." + "npmjs", "deb." + "debian.org")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|farm|root|tmp/[a-z]+)/")
UNPICKLING = re.compile(
    r"\bimport (?:pickle|dill|joblib)\b|\b(?:pickle|dill|joblib)\b.*\bloads?\b|(?<!safetensors\.)\btorch\.load\b"
)


def test_the_top_level_holds_what_the_house_names_and_nothing_else() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in files()} == HOUSE


def test_no_file_is_larger_than_16_mib() -> None:
    assert [str(path) for path in files() if path.stat().st_size > 16 * MIB] == []


def test_the_weights_are_at_most_100_mib_in_all() -> None:
    assert sum(path.stat().st_size for path in files() if path.is_relative_to(ROOT / "weights")) <= 100 * MIB


def test_nothing_in_the_serving_path_can_unpickle() -> None:
    found = [
        f"{name}:{number}"
        for name, text in texts("app", "models").items()
        if name.endswith(".py")
        for number, line in enumerate(text.splitlines(), 1)
        if UNPICKLING.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("line", ["import pickle", "x = torch.load(path)", "pickle.loads(data)", "dill.load(file)"])
def test_the_search_for_unpickling_finds_it(line: str) -> None:
    assert UNPICKLING.search(line)
    assert not UNPICKLING.search("state = safetensors.torch.load(data)")


def test_no_package_registry_is_named() -> None:
    assert [f"{name}: {host}" for name, text in texts().items() for host in HOSTS if host in text] == []


def test_no_path_of_one_machine_is_named() -> None:
    found = [f"{name}: {hit[0]}" for name, text in texts().items() if (hit := MACHINE_PATH.search(text))]
    assert found == []


def test_the_search_for_machine_paths_finds_them() -> None:
    assert MACHINE_PATH.search("see " + "/".join(("", "work", "main", "app")))

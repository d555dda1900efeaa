import subprocess
import sys

import pytest

HEAVY = {"training", "scipy", "skimage", "tensorboard", "matplotlib", "torchvision", "dicebear", "resvg_py", "tests"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True, timeout=300)


@pytest.fixture(scope="module")
def imported() -> dict[str, int]:
    """Every module that app.main brings, and the microseconds that it took without those it imported."""
    lines = run("-X", "importtime", "-c", "import app.main").stderr.splitlines()
    rows = [line.removeprefix("import time:").split("|") for line in lines if line.startswith("import time:")]
    return {name.strip(): int(own) for own, _, name in rows[1:]}


def test_the_server_imports_nothing_of_training(imported: dict[str, int]) -> None:
    assert "torch" in imported
    assert HEAVY.isdisjoint(name.partition(".")[0] for name in imported)


def test_our_own_modules_take_a_small_part_of_the_time(imported: dict[str, int]) -> None:
    """Against the rest rather than the clock, which a busy machine stretches for both."""
    own = sum(microseconds for name, microseconds in imported.items() if name.partition(".")[0] in ("app", "models"))
    assert own < sum(imported.values()) / 4


def test_the_command_checks_its_flags_before_it_loads_anything_heavy() -> None:
    script = "import sys, app.__main__; print([name for name in ('torch', 'fastapi', 'numpy') if name in sys.modules])"
    assert run("-c", script).stdout.strip() == "[]"

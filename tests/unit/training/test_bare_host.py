"""Training runs where only torch and the like are installed: a GPU host on which nobody may install anything."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.training.stand_in import stripes_npz

ABSENT = (
    "pydantic",
    "pydantic_settings",
    "platformdirs",
    "fastapi",
    "uvicorn",
    "structlog",
    "orjson",
    "isal",
    "prometheus_client",
    "resvg_py",
    "dicebear",
    "skimage",
)

HOST = """
import runpy, sys
for name in {absent!r}:
    sys.modules[name] = None  # an import of it raises ModuleNotFoundError
sys.argv = ["zerosum", *{words!r}]
runpy.run_module("training", run_name="__main__")
"""


def zerosum(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    script = HOST.format(absent=ABSENT, words=words)
    environment = os.environ | {"ZEROSUM_DATA": str(root)}
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False, env=environment
    )


@pytest.mark.slow
def test_a_run_trains_and_says_where_its_card_can_be_written(tmp_path: Path) -> None:
    data, run = f"npz:{stripes_npz(tmp_path)}", str(tmp_path / "run")
    words = ("train", "sngan-mnist", "--preset", "smoke", "--steps", "4", "--batch-size", "8", "--data", data)
    done = zerosum(tmp_path, *words, "--run", run, "--threads", "1")
    assert (tmp_path / "run" / "state.pt").exists(), done.stderr
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Error: the run is complete and saved")
    assert "needs pydantic" in done.stderr


@pytest.mark.slow
def test_a_dry_run_prints_parameters_images_and_time(tmp_path: Path) -> None:
    done = zerosum(
        tmp_path, "train", "sngan-mnist", "--dry-run", "--threads", "1", "--data", f"npz:{stripes_npz(tmp_path)}"
    )
    assert done.returncode == 0, done.stderr
    said = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert list(said) == ["G", "D", "clusters", "data", "plan", "time"]
    assert said["data"].endswith(" images of 1x28x28")
    assert said["plan"] == "12,000 steps of 64 images = 768,000 images seen"
    assert "minutes at" in said["time"]

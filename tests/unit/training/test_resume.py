"""Resume is exact: 40 steps equal 20 steps, kill -9, resume, 20 steps, to the last bit of everything saved."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.unit.training.stand_in import stripes_npz
from training.state import STATE


def command(run: Path, data: Path, *more: str) -> list[str]:
    """40 steps of the smoke preset, one thread, a state after every step."""
    words = f"train sngan-mnist --preset smoke --steps 40 --batch-size 8 --threads 1 --save-minutes 0 --run {run}"
    return [sys.executable, "-m", "training", *words.split(), "--data", f"npz:{data}", "--device", "cpu", *more]


def saved(run: Path) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(run / STATE, weights_only=True)
    return state


def train_whole(run: Path, data: Path, *more: str) -> None:
    """Runs to the end of training; the export after it wants a measuring network and real digits."""
    subprocess.run([*command(run, data, *more), "--no-export"], check=True, capture_output=True, timeout=120)


def kill_after(step: int, run: Path, data: Path, *more: str) -> int:
    """Starts the run and kills it with SIGKILL once a state of at least `step` steps is on disk."""
    process = subprocess.Popen([*command(run, data, *more), "--no-export"], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 90
    try:
        while time.monotonic() < deadline and process.poll() is None:
            if (run / STATE).exists() and saved(run)["progress"]["step"] >= step:
                break
            time.sleep(0.005)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    return int(saved(run)["progress"]["step"])


def assert_equal(a: Any, b: Any, where: str) -> None:
    """The same tree of dictionaries with the same bits in every tensor."""
    if isinstance(a, torch.Tensor):
        assert torch.equal(a, b), where
    elif isinstance(a, dict):
        assert a.keys() == b.keys(), where
        for key in a:
            assert_equal(a[key], b[key], f"{where}.{key}")
    elif isinstance(a, list | tuple):
        assert len(a) == len(b), where
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            assert_equal(x, y, f"{where}[{i}]")
    else:
        assert a == b, where


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_forty_steps_equal_twenty_kill_resume_twenty(precision: str, tmp_path: Path) -> None:
    data = stripes_npz(tmp_path)
    train_whole(tmp_path / "whole", data, "--precision", precision)
    step = kill_after(20, tmp_path / "killed", data, "--precision", precision)
    assert 20 <= step < 40, "killed in the middle"
    train_whole(tmp_path / "killed", data, "--precision", precision, "--resume", "auto")
    whole, resumed = saved(tmp_path / "whole"), saved(tmp_path / "killed")
    assert whole["progress"]["step"] == resumed["progress"]["step"] == 40
    for part in ("identity", "networks", "optimizers", "average", "scalers", "torch_rng"):
        assert_equal(whole[part], resumed[part], part)
    u_vectors = [name for name in whole["networks"] if name.endswith(".u")]
    assert len(u_vectors) == 6, "the spectral-norm vectors are among what was compared"
    sheets = [(run / "samples" / "0000030.png").read_bytes() for run in (tmp_path / "whole", tmp_path / "killed")]
    assert sheets[0] == sheets[1]

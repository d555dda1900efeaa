"""Two processes over gloo run the same recipe: the same weights to the last bit, and the whole batch's gradient."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch


def launch(name: str, folder: Path, *, processes: int) -> list[dict[str, Any]]:
    """What each process of a torchrun ended with."""
    folder.mkdir()
    words = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    worker = ["-m", "tests.unit.training.cluster_worker", name, str(folder)]
    done = subprocess.run([sys.executable, *words, *worker], capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return [torch.load(folder / f"rank{rank}of{processes}.pt", weights_only=True) for rank in range(processes)]


@pytest.mark.slow
def test_two_processes_end_with_the_same_gan(tmp_path: Path) -> None:
    first, second = launch("sngan-mnist", tmp_path / "two", processes=2)
    weights = [name for name in first if not ("running" in name or "num_batches" in name)]
    assert len(weights) > 15
    for name in weights:  # spectral-norm vectors included; batch statistics are each process's own
        assert torch.equal(first[name], second[name]), name
    run = tmp_path / "two" / "run"
    assert sorted(path.name for path in run.iterdir()) == ["log.jsonl", "samples", "state.pt", "tensorboard"]
    assert (run / "log.jsonl").read_text().count('"event": "start"') == 1


@pytest.mark.slow
def test_two_processes_take_the_step_of_the_whole_batch(tmp_path: Path) -> None:
    (alone,) = launch("linear", tmp_path / "one", processes=1)
    first, second = launch("linear", tmp_path / "two", processes=2)
    for name, value in alone.items():
        assert torch.equal(first[name], second[name])
        assert first[name] == pytest.approx(value, abs=1e-6)

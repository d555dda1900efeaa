import os
from pathlib import Path

import pytest

from app.engine.device import cores

MINE = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("quota", "expected"),
    [("max 100000\n", MINE), ("100000 100000\n", 1), ("50000 100000\n", 1), ("99900000 100000\n", MINE)],
)
def test_a_containers_share_of_the_processor_counts(tmp_path: Path, quota: str, expected: int) -> None:
    path = tmp_path / "cpu.max"
    path.write_text(quota)
    assert cores(path) == expected


def test_without_a_quota_every_core_of_this_process_counts(tmp_path: Path) -> None:
    assert cores(tmp_path / "cpu.max") == MINE


def test_a_part_of_a_core_counts_as_one(tmp_path: Path) -> None:
    path = tmp_path / "cpu.max"
    path.write_text("150000 100000\n")
    assert cores(path) == min(MINE, 2)


def test_where_affinity_is_unknown_the_machine_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    assert cores(tmp_path / "cpu.max") == os.cpu_count()

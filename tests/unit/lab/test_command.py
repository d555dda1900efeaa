"""`zerosum lab modes`, with moments for seconds."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from training.__main__ import main
from training.lab.report import spread

TINY = ("--seconds", "0.01", "--target", "ring-8", "--method", "gan")


def modes(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["lab", "modes", *options, "--out", str(folder)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a tiny experiment wrote."""
    folder = tmp_path_factory.mktemp("modes")
    done = modes(folder, *TINY, "--method", "sn", "--seeds", "0,1")
    assert done.exit_code == 0, done.output
    assert done.output.count("steps\n") == 4, "a line a run"
    return folder


def document(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "modes.json").read_text())
    return found


def test_every_run_is_a_row_with_its_course(folder: Path) -> None:
    rows = document(folder)["rows"]
    assert [(row["seed"], row["method"]) for row in rows] == [(s, m) for s in (0, 1) for m in ("gan", "sn")]
    for row in rows:
        seconds, steps = [look[0] for look in row["course"]], [look[1] for look in row["course"]]
        assert seconds[0] == steps[0] == 0
        assert seconds == sorted(seconds)
        assert seconds[-1] >= 0.01


def test_the_tables_have_a_line_a_method(folder: Path) -> None:
    tables = (folder / "modes.md").read_text()
    assert tables.count("| GAN |") == tables.count("| GAN, spectral norm in D |") == 2
    assert "| *the data* | 8.0 ± 0.0 |  | 98." in tables
    assert "0.01 s of CPU time a run" in tables
    assert "seeds 0, 1;" in tables


def test_a_film_moves_and_is_small_and_a_sheet_shows_every_method(folder: Path) -> None:
    for method in ("gan", "sn"):
        path = folder / f"modes-ring-8-{method}.webp"
        assert path.stat().st_size <= 300_000
        with Image.open(path) as film:
            assert getattr(film, "n_frames", 1) > 1
    with Image.open(folder / "modes-ring-8.png") as sheet:
        assert sheet.height > 2 * 140


def test_runs_that_ended_are_kept_when_the_command_is_repeated(folder: Path) -> None:
    before = document(folder)
    again = modes(folder, *TINY, "--seeds", "0-2")
    assert again.output.count("steps\n") == 1, "only the third seed is new"
    assert document(folder)["rows"][:4] == before["rows"]


def test_rows_of_another_setting_do_not_stay(folder: Path, tmp_path: Path) -> None:
    changed = document(folder)
    changed["seconds"] = 99.0
    (tmp_path / "modes.json").write_text(json.dumps(changed))
    assert modes(tmp_path, *TINY, "--seeds", "5").exit_code == 0
    assert [row["seed"] for row in document(tmp_path)["rows"]] == [5]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--method", "gann"), "there is no 'gann'; there are gan, unrolled-5"),
        (("--target", "ring"), "there is no 'ring'; there are ring-8, grid-25"),
        (("--seeds", "few"), "'few' is no list of seeds"),
        (("--seeds", "3-1"), "'3-1' is no list of seeds"),
        (("--seconds", "0"), "0.0 is not in the range"),
    ],
)
def test_a_wrong_option_is_told_what_there_is(tmp_path: Path, options: tuple[str, str], sentence: str) -> None:
    done = modes(tmp_path, *options)
    assert done.exit_code == 2
    assert sentence in " ".join(done.output.split())
    assert not list(tmp_path.iterdir())


def test_a_spread_is_the_mean_and_its_standard_error() -> None:
    assert spread([1.0, 3.0], 1) == "2.0 ± 1.0"
    assert spread([1234.4], 0) == "1,234"

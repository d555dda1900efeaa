"""`zerosum lab estimate`, on logs of runs that never were."""

import json
import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image
from scipy.stats import spearmanr  # type: ignore[import-untyped]

from training.__main__ import main
from training.lab.course import AROUND, ranks, read, smoothed, spearman
from training.lab.estimate_picture import scale_of_estimates
from training.lab.panel import Scale
from training.lab.plot import PAPER

METRIC = "frechet-to-train@digits-cnn-v1"
STEPS, SHEET_EVERY = range(50, 1051, 50), 150


def falls(step: int) -> float:
    return 200 * math.exp(-step / 300) + 3


def records(
    estimate: Callable[[int], float] = lambda step: falls(step) / 40, distance: Callable[[int], float] = falls
) -> list[dict[str, Any]]:
    log: list[dict[str, Any]] = [{"step": 0, "time": 1.5, "event": "start", "seed": 0}]
    for step in STEPS:
        log.append({"step": step, "time": 2.5, "wasserstein": estimate(step), "loss_g": -0.5, "seconds": 1.0})
        if step % SHEET_EVERY == 0:
            log.append({"step": step, "time": 2.5, METRIC: distance(step)})
    return [*log, {"step": STEPS[-1], "time": 3.5, "event": "end", "seconds": 9.0}]


def written(folder: Path, log: list[dict[str, Any]]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "log.jsonl").write_text("".join(json.dumps(record) + "\n" for record in log))
    return folder


def estimate(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["lab", "estimate", *map(str, words)])


def test_a_monotone_log_correlates_perfectly(tmp_path: Path) -> None:
    course = read(written(tmp_path, records()))
    assert course.metric == METRIC
    assert course.sheets.tolist() == [150, 300, 450, 600, 750, 900, 1050]
    assert course.distance.tolist() == [falls(step) for step in range(150, 1051, 150)]
    assert course.correlation == pytest.approx(1)


def test_an_estimate_that_rises_as_samples_get_better_correlates_negatively(tmp_path: Path) -> None:
    course = read(written(tmp_path, records(estimate=lambda step: step / 7)))
    assert course.correlation == pytest.approx(-1)


def test_ranks_of_equal_values_are_shared() -> None:
    assert ranks([3.0, 1.0, 3.0, 2.0]).tolist() == [3.5, 1.0, 3.5, 2.0]


def test_the_correlation_is_scipys() -> None:
    x, y = np.random.default_rng(0).integers(0, 8, (2, 40)).astype(float)
    assert spearman(x, y) == pytest.approx(spearmanr(x, y).statistic)


def test_an_estimate_is_the_mean_of_the_lines_around_it() -> None:
    values = np.arange(30.0) ** 2
    smooth = smoothed(values)
    assert smooth[12] == pytest.approx(values[12 - AROUND : 13 + AROUND].mean())
    assert smooth[0] == pytest.approx(values[: AROUND + 1].mean())
    assert smooth[-1] == pytest.approx(values[-AROUND - 1 :].mean())


def test_what_a_resumed_run_did_twice_counts_once(tmp_path: Path) -> None:
    log = records()
    twice = [*log[:10], {"step": 100, "time": 9.0, "event": "resume", "seed": 0}]
    course = read(written(tmp_path / "resumed", twice + [each for each in log if each["step"] > 100]))
    assert course.lines.tolist() == list(STEPS)
    assert course.raw.tolist() == read(written(tmp_path / "straight", log)).raw.tolist()


def test_what_was_before_the_last_start_is_another_run(tmp_path: Path) -> None:
    assert read(written(tmp_path, records(lambda step: -step) + records())).raw.min() > 0


def test_a_picture_has_a_row_a_run_and_figures_beside_it(tmp_path: Path) -> None:
    penalised = written(tmp_path / "penalised", records())
    clipped = written(tmp_path / "clipped", records(estimate=lambda step: -step / 1e6))
    done = estimate(penalised, clipped, "--out", tmp_path / "new" / "two.png")
    assert done.exit_code == 0, done.output
    for line in ("### penalised", "### clipped", f"| step | estimate | {METRIC} |", "over 7 sheets: 1.00", "| 1,050 |"):
        assert line in done.output
    first, second = json.loads((tmp_path / "new" / "two.json").read_text())
    assert (first["run"], first["metric"], first["spearman"]) == ("penalised", METRIC, pytest.approx(1))
    assert [sheet["step"] for sheet in second["sheets"]] == [150, 300, 450, 600, 750, 900, 1050]
    assert estimate(penalised, "--out", tmp_path / "one.png").exit_code == 0
    with Image.open(tmp_path / "new" / "two.png") as two, Image.open(tmp_path / "one.png") as one:
        assert two.width == one.width
        assert two.height > 1.8 * one.height
        upper = (0, 0, one.width, one.height - 20)
        assert two.crop(upper).tobytes() == one.crop(upper).tobytes()
        lower = two.crop((0, one.height, two.width, two.height)).convert("RGB").getcolors(1 << 16)
        assert lower is not None
        assert {colour for _, colour in lower} > {PAPER}


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        (None, "has no log.jsonl"),
        ([{"step": 1, "loss_d": 1.0, "loss_g": 1.0}], "only Wasserstein GANs log a critic's estimate"),
        (records()[:7], 'too few sheets with "frechet-to-train@": 1, a correlation takes 3'),
        (records(estimate=lambda step: 2.0), "has the same estimate or distance at every sheet"),
        ([*records(), {"step": 1, "frechet-to-train@other": 1.0}], "distances that do not compare: " + METRIC),
        ([*records(), [1, 2]], "line 31 of"),
        ([*records(), {"time": 1.0}], "is no record of a run"),
    ],
    ids=["no log", "a DCGAN's", "too few sheets", "constant", "two extractors", "no record", "no step"],
)
def test_a_log_that_shows_nothing_is_told_in_a_sentence(tmp_path: Path, log: Any, sentence: str) -> None:
    run = tmp_path / "run"
    run.mkdir()
    if log is not None:
        written(run, log)
    done = estimate(run, "--out", tmp_path / "picture.png")
    assert done.exit_code == 1
    assert sentence in done.output
    assert done.output.count("\n") == 1
    assert not list(tmp_path.glob("picture*"))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = estimate(tmp_path / "nowhere", "--out", tmp_path / "picture.png")
    assert done.exit_code == 1
    assert "there is no run folder" in done.output


def test_a_picture_is_a_png(tmp_path: Path) -> None:
    done = estimate(tmp_path, "--out", tmp_path / "figures.json")
    assert done.exit_code == 2
    assert "is no .png" in done.output


@pytest.mark.parametrize(
    ("least", "most", "log", "ticks"),
    [
        (0.0, 4000.0, False, [0, 1000, 2000, 3000, 4000]),
        (-0.03, 0.07, False, [-0.02, 0, 0.02, 0.04, 0.06]),
        (4.0, 240.0, True, [5, 10, 20, 50, 100, 200]),
        (3.1, 4.9, True, [3.5, 4, 4.5, 5]),
    ],
)
def test_ticks_are_round_and_within(least: float, most: float, log: bool, ticks: list[float]) -> None:
    scale = Scale.over([most, least], log=log)
    assert scale.ticks == pytest.approx(ticks)
    shares = scale.share(scale.ticks).tolist()
    assert all(0 <= share < higher <= 1 for share, higher in pairwise(shares))
    assert scale.share([least, most]).tolist() == pytest.approx([1 / 22, 21 / 22])


def test_estimates_that_fall_tenfold_are_drawn_on_a_logarithmic_scale(tmp_path: Path) -> None:
    def scale(estimate: Callable[[int], float]) -> Scale:
        return scale_of_estimates(read(written(tmp_path, records(estimate))))[0]

    assert scale(lambda step: math.exp(-step / 200)).log
    assert not scale(lambda step: 3 - step / 1000).log
    assert not scale(lambda step: math.exp(-step / 200) - 0.1).log, "where no logarithm is"

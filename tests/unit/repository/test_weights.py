"""What is shipped under weights/ is whole, loads, and can be looked at."""

from collections.abc import Callable
from inspect import signature
from pathlib import Path

import pytest

from models.checkpoint import CARD, SAMPLES, WEIGHTS, load, scan
from tests.unit.repository.tree import ROOT
from training.evaluation.evaluate import REPORTS
from training.evaluation.report import Report
from training.evaluation.sheets import page
from training.recipes import RECIPES

FOLDERS = scan(ROOT / "weights")
MIB = 2**20


def test_the_first_checkpoints_are_shipped() -> None:
    assert {"sngan-mnist", "digits-cnn-v1"} <= {folder.name for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_checkpoint_folder_holds_what_it_should_and_loads(folder: Path) -> None:
    assert load(folder).card.id == folder.name
    assert {path.name for path in folder.iterdir()} == {CARD, WEIGHTS, SAMPLES}
    assert (folder / SAMPLES).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_checkpoint_can_be_remade_and_says_how_good_it_is(folder: Path) -> None:
    card = load(folder).card
    if card.training:
        assert card.training.recipe in {recipe.id for recipe in RECIPES}
        assert card.training.command.startswith(f"zerosum train {card.training.recipe}")
    else:
        assert card.remade_by == f"zerosum import {card.id}"
    assert card.metrics


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_zerosum_eval_knows_how_to_measure_it(folder: Path) -> None:
    assert {"sampler", "classifier", *REPORTS} & set(load(folder).card.capabilities)


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_every_report_is_asked_in_the_same_way(report: Callable[..., Report]) -> None:
    assert {"data", "command"} <= set(signature(report).parameters)


def test_no_file_is_larger_than_16_mib_and_all_stay_below_100() -> None:
    sizes = [path.stat().st_size for folder in FOLDERS for path in folder.iterdir()]
    assert max(sizes) <= 16 * MIB
    assert sum(sizes) <= 100 * MIB


def test_the_page_of_the_models_is_that_of_the_cards() -> None:
    """After a change of weights: zerosum models --write docs/models.md."""
    assert (ROOT / "docs" / "models.md").read_text() == page(ROOT / "weights", folder=ROOT / "docs")

"""`zerosum arms-race`: a table, a picture, and races that a killed command keeps."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from app.lab.arms_race import FILE as SHIPPED
from tests.unit.repository.tree import ROOT
from training.__main__ import main
from training.arms_race import race as racing
from training.arms_race.ledger import FILE, facts_of, opened, parsed
from training.arms_race.picture import ROBUST, draw
from training.arms_race.race import Round
from training.arms_race.report import report
from training.arms_race.setting import FEW, QUICK, SETTINGS, Setting


def rounds(setting: Setting, count: int = 4) -> tuple[Round, ...]:
    """A made-up race."""
    found = [
        Round(setting.kind, setting.width, setting.eps, i, 0.9, 0.8 if i else None, 0.1 * i, 0.5, 10)
        for i in range(count)
    ]
    return (*found[:-1], replace(found[-1], margin=0.25, worst=0.125))


def test_a_race_is_kept_and_one_under_other_facts_is_not(tmp_path: Path) -> None:
    facts = facts_of(QUICK, data="digits", seed=3)
    ledger = opened(tmp_path, facts)
    for setting in FEW[:2]:
        ledger.add(rounds(setting))
    again = opened(tmp_path, facts)
    assert again.races == {setting: rounds(setting) for setting in FEW[:2]}
    assert opened(tmp_path, facts | {"seed": 4}).races == {}
    assert json.loads((tmp_path / FILE).read_text())["machine"].startswith("torch ")


def test_processes_may_share_a_folder(tmp_path: Path) -> None:
    facts = facts_of(QUICK, data="digits", seed=3)
    one, other = opened(tmp_path, facts), opened(tmp_path, facts)
    one.add(rounds(FEW[0]))
    other.add(rounds(FEW[1]))
    assert opened(tmp_path, facts).races.keys() == set(FEW[:2])


def test_the_table_has_the_last_round_and_the_course() -> None:
    facts = facts_of(QUICK, data="digits", seed=3) | {"machine": "here"}
    table = report({FEW[0]: rounds(FEW[0])}, facts)
    assert "| adversarial | 8 | 76 | 90.0 | 80.0 | 30.0 | 25.0 | 12.5 | 0 10 20 30 |" in table
    assert "seed 3; here" in table


def test_a_picture_of_some_races_shows_them() -> None:
    found = np.asarray(draw({setting: rounds(setting) for setting in SETTINGS}))
    assert (found == ROBUST).all(axis=2).sum() > 50
    assert draw({FEW[0]: rounds(FEW[0])}).size == (found.shape[1], found.shape[0])


def test_a_command_that_was_stopped_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Setting] = []

    def race(setting: Setting, *_: object, seed: int) -> tuple[Round, ...]:
        if len(ran) == 3:
            raise KeyboardInterrupt
        ran.append(setting)
        return rounds(setting)

    monkeypatch.setattr(racing, "race", race)
    monkeypatch.setattr("training.data.load", lambda *_, **__: FEW_DIGITS)
    words = ["arms-race", "--quick", "--out", str(tmp_path)]
    assert CliRunner().invoke(main, words).exit_code == 1
    assert ran == list(FEW[:3])
    ran.clear()
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert ran == list(FEW[3:])
    assert f"{FEW[3].words}, round 3: clean 90.0%, robust 30.0%" in done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["arms-race.json", "arms-race.md", "arms-race.png"]
    with Image.open(tmp_path / "arms-race.png") as picture:
        assert picture.width > 1000


class Digits:
    name = "digits"


FEW_DIGITS = Digits()


def test_the_shipped_table_is_that_of_the_full_races_and_the_page_has_it() -> None:
    document = json.loads(SHIPPED.read_text())
    races = parsed(document)
    assert races.keys() == set(SETTINGS)
    assert {len(each) for each in races.values()} == {document["terms"]["rounds"] + 1}
    table = report({setting: races[setting] for setting in SETTINGS}, document).partition("\n\n")[2].strip()
    assert table in (ROOT / "docs" / "results.md").read_text(), "after a new run: copy its table"

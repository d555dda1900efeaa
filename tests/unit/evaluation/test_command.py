"""`zerosum eval` from the outside."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from models.card import Card
from models.checkpoint import read_card, write_card
from tests.unit.evaluation.worlds import World, generator
from training.__main__ import main
from training.evaluation import measure_sampler


def zerosum_eval(world: World, *words: str) -> Result:
    return CliRunner().invoke(main, ["eval", "--weights", str(world.weights), *words])


def test_all_checkpoints_are_printed_and_written(world: World, tmp_path: Path) -> None:
    target = tmp_path / "new" / "reports.json"
    done = zerosum_eval(world, "--all", "--samples", "60", "--json", str(target))
    assert done.exit_code == 0, done.output
    assert "checkpoint   stripes-cnn" in done.output
    assert "floor: train" in done.output
    assert [report["id"] for report in json.loads(target.read_text())] == ["stripes-cnn", "stripes-gan"]


def test_the_same_command_prints_the_same_twice(world: World) -> None:
    words = ("stripes-gan", "--samples", "40", "--seeds", "3,4")
    assert zerosum_eval(world, *words).output == zerosum_eval(world, *words).output


def test_a_card_written_by_the_exporter_is_reprinted(world: World, tmp_path: Path) -> None:
    root = tmp_path / "weights"
    shutil.copytree(world.weights, root)
    extractor = root / "stripes-cnn"
    metrics = measure_sampler(
        generator(), data=world.data, command="zerosum eval stripes-gan", extractor=extractor, samples=(90,)
    )
    card = read_card(root / "stripes-gan")
    write_card(root / "stripes-gan", Card.model_validate(card.model_dump() | {"metrics": metrics}))
    words = ("stripes-gan", "--weights", str(root), "--samples", "90")
    assert "reprints the card: 12 figures within 1e-06" in zerosum_eval(world, *words).output
    assert "not compared with the card: its figures are of seed 0" in zerosum_eval(world, *words, "--seeds", "1").output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nobody"], "no checkpoint under .* is named 'nobody'; there are stripes-cnn, stripes-gan"),
        (["../weights"], "no checkpoint under .* is named '../weights'"),
        (["stripes-gan", "--extractor", "nobody"], "is named 'nobody'"),
        (["stripes-gan", "--extractor", "stripes-gan"], "cannot measure images"),
        (["stripes-gan", "--samples", "3"], "needs at least 4 images, got 3"),
        (["stripes-gan", "--seeds", "-1"], "seed is -1"),
        (["stripes-gan", "--seeds", "one"], "'one' is no list of integers such as 0,1,2"),
        (["stripes-gan", "--samples", "0"], "0 is not in the range"),
        (["stripes-gan", "--data", "nothing"], "no data set is called 'nothing'"),
        (["--all", "stripes-gan"], "name the checkpoints to measure, or give --all"),
        ([], "name the checkpoints to measure, or give --all"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(world: World, words: list[str], sentence: str) -> None:
    done = zerosum_eval(world, *words)
    assert done.exit_code in (1, 2)
    assert re.search(sentence, done.output), done.output
    assert "Traceback" not in done.output

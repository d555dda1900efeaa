import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from app.web.assets import FOLDERS, assets, read

STATIC, SWAGGER = FOLDERS
PAGES = sorted(path for path in STATIC.iterdir() if path.suffix in {".html", ".css", ".js"})


def test_the_vendored_files_are_those_that_were_published() -> None:
    source = json.loads((SWAGGER / "SOURCE.json").read_text())
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in SWAGGER.iterdir()}
    assert source["sha256"] == {name: digest for name, digest in found.items() if name != "SOURCE.json"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_ask_nothing_of_other_hosts(page: Path) -> None:
    named = re.findall(r"(?:https?:)?//(?!localhost)[\w.-]+\.\w+", page.read_text())
    assert [url for url in named if "www.w3.org" not in url] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.suffix == ".html"], ids=lambda page: page.name)
def test_pages_hold_to_their_own_policy(page: Path) -> None:
    text = page.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "an inline script would not run"
    assert not re.search(r"<style|\sstyle=|\son\w+=", text), "inline styles and handlers would not apply"


@pytest.mark.parametrize("page", [page for page in PAGES if page.suffix == ".html"], ids=lambda page: page.name)
def test_every_file_that_a_page_loads_is_there(page: Path) -> None:
    wanted = set(re.findall(r'"/static/([^"]+)"', page.read_text()))
    assert wanted
    assert wanted <= set(assets())


def test_scripts_put_text_into_pages_never_markup() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", (STATIC / "start.js").read_text())


def test_an_asset_is_read_once() -> None:
    path = assets()["start.css"]
    assert read(path) is read(path)

"""The commands that the README and CI name."""

import re
from pathlib import Path

import pytest

from tests.unit.repository.tree import ROOT

README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
PHONY = set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split())  # type: ignore[index]


def test_the_readme_fits_150_lines() -> None:
    assert len(README.splitlines()) <= 150


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]), ids=lambda page: page.name)
def test_every_link_into_the_repository_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_make_target_of_the_readme_and_of_ci_exists() -> None:
    named = set(re.findall(r"\bmake ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)*)$", README.replace("`", "\n"), re.MULTILINE))
    named |= set(re.findall(r"^step make (.*)$", (ROOT / ".ci/run").read_text(), re.MULTILINE))
    words = {word for command in named for word in command.split()}
    assert {"serve", "test", "check"} <= words <= TARGETS


def test_every_target_is_phony_and_says_what_it_does() -> None:
    described = set(re.findall(r"^([a-z][a-z-]*):.*## \w", MAKEFILE, re.MULTILINE))
    assert described == TARGETS == PHONY

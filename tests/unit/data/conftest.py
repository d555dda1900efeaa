"""Fixtures of the data tests: a site on the loopback, and a folder that nobody can write."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.data.site import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as one:
        yield one


@pytest.fixture
def readonly() -> Iterator[Path]:
    """A folder without the right to write, for a process without the rights of root."""
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        inner = folder / "data"
        inner.mkdir()
        if user == 0:
            os.seteuid(65534)
        else:
            inner.chmod(0o555)
        try:
            yield inner
        finally:
            if user == 0:
                os.seteuid(0)
            inner.chmod(0o755)

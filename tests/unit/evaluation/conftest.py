"""One world for all tests of this folder; nothing writes into it."""

from collections.abc import Iterator

import pytest

from tests.unit.evaluation.worlds import World, build


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZEROSUM_DATA", str(folder / "data"))
        patch.chdir(folder)  # where `npz:stripes.npz`, the name in the cards, is a file
        yield build(folder)

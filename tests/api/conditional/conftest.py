"""The models that can be steered."""

from pathlib import Path

import pytest


@pytest.fixture
def weights(steerable: Path) -> Path:
    """What the application serves."""
    return steerable

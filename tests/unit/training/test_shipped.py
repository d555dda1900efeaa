"""Checkpoints that others are taught by."""

from pathlib import Path

import pytest

from models.capabilities import Classifier, Sampler
from training.errors import CheckpointMissing
from training.shipped import shipped


def test_the_network_of_a_checkpoint_comes_as_what_was_asked_for() -> None:
    assert isinstance(shipped("cnn-mnist", Classifier, purpose="it learns from"), Classifier)


def test_what_is_missing_or_of_another_kind_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CheckpointMissing, match=r"^it learns from a Sampler, and .*cnn-mnist is a StridedCNN$"):
        shipped("cnn-mnist", Sampler, purpose="it learns from")
    monkeypatch.setenv("ZEROSUM_WEIGHTS", str(tmp_path))
    with pytest.raises(CheckpointMissing, match=r"^it learns from gone, and there is no .*gone: zerosum train gone$"):
        shipped("gone", Classifier, purpose="it learns from")

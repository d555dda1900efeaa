"""Accuracy, its interval, the commonest mistake, calibration."""

import pytest
import torch

from training.metrics.accuracy import calibration_error, confusion, wilson, worst_pair


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)],
)
def test_the_interval_is_the_one_newcombe_tabulates(right: int, n: int, low: float, high: float) -> None:
    """Newcombe 1998 (Statistics in Medicine 17), table I, method 3."""
    assert wilson(right, n) == pytest.approx((low, high), abs=5e-5)


def test_the_confusion_and_its_worst_pair() -> None:
    logits, labels = torch.eye(3)[torch.tensor([0, 1, 1, 2, 2, 2])], torch.tensor([0, 1, 2, 1, 1, 2])
    table = confusion(logits, labels)
    assert table.tolist() == [[1, 0, 0], [0, 1, 2], [0, 1, 1]]
    assert worst_pair(table) == (1, 2, 2)


def test_a_classifier_that_is_right_as_often_as_it_says_is_calibrated() -> None:
    sure = torch.tensor([[0.75, 0.25]], dtype=torch.float64).log().repeat(4, 1)
    assert calibration_error(sure, torch.tensor([0, 0, 0, 1])) == pytest.approx(0.0, abs=1e-12)
    assert calibration_error(sure, torch.tensor([1, 1, 1, 1])) == pytest.approx(0.75)


def test_opposite_errors_in_different_bins_do_not_cancel() -> None:
    p = torch.tensor([[0.9, 0.1], [0.6, 0.4]], dtype=torch.float64)
    assert calibration_error(p.log(), torch.tensor([1, 0])) == pytest.approx((0.9 + 0.4) / 2)

"""Agreement of masks: closed forms on masks small enough to count by hand."""

import math

import pytest
import torch

from training.metrics.segmentation import agreement, dice, iou, pixel_accuracy

TRUE = torch.tensor([[[0, 0], [1, 1]]])
TOLD = torch.tensor([[[0, 1], [1, 1]]])


def test_intersection_over_union_and_dice_of_four_pixels() -> None:
    table = agreement(TOLD, TRUE, k=3)
    assert table.tolist() == [[1, 1, 0], [0, 2, 0], [0, 0, 0]]
    assert iou(table)[:2].tolist() == pytest.approx([1 / 2, 2 / 3])
    assert dice(table)[:2].tolist() == pytest.approx([2 / 3, 4 / 5])
    assert pixel_accuracy(table) == 0.75


def test_a_class_that_is_neither_there_nor_named_has_no_figure() -> None:
    table = agreement(TOLD, TRUE, k=3)
    assert math.isnan(iou(table)[2])
    assert math.isnan(dice(table)[2])


def test_dice_is_two_j_over_one_plus_j() -> None:
    torch.manual_seed(0)
    true, told = (torch.randint(4, (3, 9, 9)) for _ in range(2))
    table = agreement(told, true, k=4)
    j = iou(table)
    assert torch.allclose(dice(table), 2 * j / (1 + j))
    assert int(table.sum()) == 3 * 81
    assert iou(agreement(true, true, k=4)).tolist() == [1.0] * 4

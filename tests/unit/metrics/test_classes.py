"""The classifier's score and the classes of a set."""

import math

import pytest
import torch

from training.metrics.classes import class_shares, classifier_score


def test_sure_and_even_over_k_classes_scores_k() -> None:
    assert classifier_score(1000 * torch.eye(10).repeat(7, 1)) == pytest.approx(10.0, rel=1e-12)


def test_one_class_or_no_opinion_scores_one() -> None:
    assert classifier_score(1000 * torch.eye(10)[:1].repeat(50, 1)) == pytest.approx(1.0)
    assert classifier_score(torch.zeros(50, 10)) == pytest.approx(1.0)


def test_two_classes_at_ninety_per_cent_have_a_closed_form() -> None:
    p = torch.tensor([[0.9, 0.1], [0.1, 0.9]], dtype=torch.float64)
    expected = math.exp(math.log(2) + 0.9 * math.log(0.9) + 0.1 * math.log(0.1))
    assert classifier_score(p.log()) == pytest.approx(expected, rel=1e-12)


def test_shares_count_the_first_choice() -> None:
    logits = torch.eye(4)[torch.tensor([0, 0, 0, 2, 2])]
    assert class_shares(logits).tolist() == pytest.approx([0.6, 0.0, 0.4, 0.0])

"""The card's figures beside those of today."""

from typing import Any

import pytest

from models.card import Card, Metric
from tests.unit.models.cards import card_facts
from training.evaluation.reprint import reprint


def figure(value: float, *, name: str = "frechet@x", n: int = 2000) -> Metric:
    return Metric(name=name, value=value, n=n, reference="test", command="zerosum eval a")


def card(*metrics: Metric) -> Card:
    facts: dict[str, Any] = card_facts("a") | {"sha256": "0" * 64, "size": 1, "metrics": metrics}
    return Card.model_validate(facts)


def said(card: Card, *measured: Metric, data: str = "noise") -> str:
    return "; ".join(reprint(card, measured, data=data))


def test_equal_figures_reprint_the_card() -> None:
    assert said(card(figure(5.0)), figure(5.0 + 4e-6)) == "reprints the card: 1 figures within 1e-06"
    assert said(card(figure(0.0)), figure(0.0)) == "reprints the card: 1 figures within 1e-06"


@pytest.mark.parametrize(
    ("then", "now", "off"),
    [(5.0, 5.1, "+2.00%"), (5.0, 5.00001, "+0.00%"), (-2.0, -1.0, "+50.00%"), (0.0, 0.5, "+0.5")],
)
def test_a_difference_is_named_with_both_values(then: float, now: float, off: str) -> None:
    expected = f"differs from the card: frechet@x (n=2000, ref=test) is {now:.8g}, the card says {then:.8g} ({off})"
    assert said(card(figure(then)), figure(now)) == expected


def test_figures_of_the_card_that_were_not_measured_are_named() -> None:
    text = said(card(figure(1.0), figure(2.0, name="gone@x")), figure(1.0))
    assert text.endswith("not measured here, though the card has it: gone@x (n=2000, ref=test)")


def test_other_samples_or_other_data_are_not_compared() -> None:
    assert said(card(figure(1.0)), figure(1.0, n=100)).startswith("not compared with the card: its figures are others")
    assert said(card(figure(1.0)), figure(1.0), data="other") == "not compared with the card: its figures are of noise"


def test_a_card_without_figures_says_so() -> None:
    assert said(card(), figure(1.0)) == "the card of a has no figures to compare with"

"""Square: its schedule, its squares, its queries."""

import pytest
import torch

from models.attacks.norms import LINF
from models.attacks.square import Square, between, share
from models.solver import solve
from tests.unit.models.attacks.world import rows, victim


@pytest.mark.parametrize(
    ("t", "halvings"),
    [(0, 0), (10, 0), (11, 1), (51, 2), (201, 3), (501, 4), (1001, 5), (2001, 6), (4001, 7), (8001, 9)],
)
def test_p_halves_as_in_the_authors_code(t: int, halvings: int) -> None:
    behind = halvings if t < 8001 else 9
    assert share(torch.tensor([t]), torch.tensor([10_000]), 0.8).item() == pytest.approx(0.8 / 2**behind)
    assert share(torch.tensor([t]), torch.tensor([20_000]), 0.8).item() >= 0.8 / 2**behind


def test_a_square_is_where_it_was_drawn() -> None:
    inside = between(torch.arange(6), torch.tensor([1.0, 4]), torch.tensor([2.0, 1]))
    assert inside.int().tolist() == [[0, 1, 1, 0, 0, 0], [0, 0, 0, 0, 1, 0]]


def test_every_query_is_counted_and_none_asked_beyond_the_budget() -> None:
    some = rows(16, eps=25, steps=30)
    outcome = solve(Square(victim()), some)
    assert (outcome.queries[:-1] <= 31).all()
    assert (outcome.queries[~outcome.success & ~outcome.wrong] == 31).all()
    assert not outcome.backwards.any()


def test_it_moves_to_the_edge_of_the_ball_and_finds_what_a_gradient_would() -> None:
    some = rows(16, eps=60, steps=300)
    outcome = solve(Square(victim()), some)
    assert outcome.success.sum() >= 12
    assert ((LINF.length(outcome.x - some.x)[:-1] * 255).round() == 60).all()

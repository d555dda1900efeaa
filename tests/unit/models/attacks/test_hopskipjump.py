"""HopSkipJump: from labels alone towards the nearest border, within its queries."""

import pytest
import torch

from models.attacks.hopskipjump import HopSkipJump
from models.attacks.norms import L2_NORM
from models.attacks.registry import attack
from models.attacks.rows import Rows
from models.errors import AttackInvalid
from models.solver import solve
from models.streams import Keys
from models.tensors import Images, Logits
from models.victim import Bare
from tests.unit.models.attacks.world import rows, victim


class LabelsOnly:
    """One-hot answers: no score is told."""

    passes = 1

    def logits(self, x: Images, key: Keys) -> Logits:
        said = victim().logits(x, key)
        return torch.nn.functional.one_hot(said.argmax(dim=1), said.shape[1]).float()


def distances(some: Rows) -> torch.Tensor:
    outcome = solve(HopSkipJump(LabelsOnly()), some)
    assert outcome.success[:-1].all()
    return L2_NORM.length(outcome.x - some.x)[:-1]


def test_more_queries_come_nearer_and_none_is_asked_beyond_the_budget() -> None:
    far, near = (distances(rows(6, eps=1000, steps=steps)) for steps in (200, 700))
    assert (near <= far).all()
    assert near.median() < 0.9 * far.median()
    outcome = solve(HopSkipJump(LabelsOnly()), rows(6, eps=1000, steps=200))
    assert (outcome.queries <= 200).all()
    assert torch.equal(outcome.queries, outcome.forwards)


@pytest.mark.slow
def test_it_ends_where_a_gradient_would_take_it() -> None:
    some = rows(6, eps=1000, steps=1500)
    exact = solve(attack("ddn").solver(victim(), "l2"), rows(6, eps=1000, steps=100))
    assert distances(some).median() < 1.4 * L2_NORM.length(exact.x - some.x)[:-1].median()


def test_a_victim_that_is_never_wrong_uses_up_the_budget() -> None:
    class Always:
        def classify(self, x: Images) -> Logits:
            return torch.eye(4)[torch.zeros(len(x), dtype=torch.long)] + x.flatten(1)[:, :4] * 0

    some = rows(4, eps=1000, steps=60)
    some.y[:] = 0
    outcome = solve(HopSkipJump(Bare(Always())), some)
    assert not outcome.success.any()
    assert (outcome.queries > 30).all()


def test_it_takes_no_target() -> None:
    with pytest.raises(AttackInvalid, match="takes no target"):
        solve(HopSkipJump(victim()), rows(4, targeted=True))

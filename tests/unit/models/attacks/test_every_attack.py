"""What holds for every attack of the registry, in each of its norms and goals."""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import torch

from models.attacks.norms import NORMS
from models.attacks.registry import ATTACKS, Attack, attack
from models.attacks.rows import ANY, TIE, Outcome, Rows
from models.errors import AttackInvalid
from models.lattice import quantised, steps_between
from models.solver import Running, Solver, solve, take
from models.victim import Blocks, ask
from tests.unit.models.attacks.world import images, rows, same, victim

STEPS = {
    "cw": 25,
    "ddn": 20,
    "deepfool": 20,
    "square": 60,
    "hopskipjump": 300,
}  # what the small world takes; 6 for the others
LENGTHS = {norm.name: norm.length for norm in NORMS}


@dataclass(frozen=True)
class Case:
    """One attack, as it is called."""

    attack: Attack
    norm: str
    goal: str

    def __str__(self) -> str:
        return f"{self.attack.name}-{self.norm}-{self.goal}"

    def solver(self) -> Solver[Rows, object, Outcome]:
        return self.attack.solver(Blocks(victim(), 8), self.norm)

    def rows(self, n: int = 8) -> Rows:
        eps = 1000 if self.attack.least else {"linf": 70, "l2": 260}[self.norm]
        steps = min(self.attack.steps, STEPS.get(self.attack.name, 6))
        return rows(n, eps=eps, steps=steps, targeted=self.goal == "targeted", seed=5)


CASES = [Case(each, norm.name, goal) for each in ATTACKS for norm in each.norms for goal in each.goals]
DEAR = ("cw", "hopskipjump", "apgd-t", "ddn")  # a second a run, with shapes checked: some of their tests are for CI


def marked(dear: Callable[[Case], bool]) -> pytest.MarkDecorator:
    """All cases, dear ones among the slow tests."""
    params = [pytest.param(case, marks=pytest.mark.slow if dear(case) else ()) for case in CASES]
    return pytest.mark.parametrize("case", params, ids=str)


cases = marked(lambda case: (case.attack.name, case.goal) == ("cw", "targeted"))
again = marked(lambda case: case.attack.name in DEAR)


@functools.cache
def attacked(case: Case) -> tuple[Rows, Outcome]:
    """Eight rows, the last of which is wrong already."""
    some = case.rows()
    return some, solve(case.solver(), some)


@cases
def test_what_comes_back_is_an_8_bit_image_in_the_ball(case: Case) -> None:
    some, outcome = attacked(case)
    steps = steps_between(some.x, outcome.x).double()
    assert torch.equal(outcome.x, quantised(outcome.x))
    assert (LENGTHS[case.norm](steps)[outcome.success] <= some.eps[outcome.success]).all()
    if not case.attack.least:
        assert (LENGTHS[case.norm](steps) <= some.eps).all()


@cases
def test_success_is_what_the_victim_says_of_the_8_bit_image(case: Case) -> None:
    some, outcome = attacked(case)
    said = ask(victim(), outcome.x, some.seed).argmax(dim=1)
    reached = torch.where(some.target == ANY, said != some.y, said == some.target)
    assert torch.equal(outcome.success, reached & ~outcome.wrong)
    assert torch.equal(outcome.success, (outcome.margin > TIE) & ~outcome.wrong)
    assert outcome.success.any(), "an attack that never succeeds shows nothing"


@cases
def test_a_row_that_is_wrong_already_is_left_alone(case: Case) -> None:
    some, outcome = attacked(case)
    assert outcome.wrong.tolist() == [False] * 7 + [True]
    assert torch.equal(outcome.x[-1], some.x[-1])
    assert not outcome.success[-1]


@cases
def test_passes_and_queries_are_counted_row_by_row(case: Case) -> None:
    _, outcome = attacked(case)
    assert (outcome.forwards > 0).all()
    assert (outcome.backwards[:-1] > 0).all() == (case.attack.knowledge == "gradient")
    assert (outcome.queries >= 1).all()
    assert (outcome.queries <= outcome.forwards).all()


@again
def test_a_row_comes_out_the_same_alone_and_among_seven(case: Case) -> None:
    some, outcome = attacked(case)
    row = torch.tensor([3])
    assert same(solve(case.solver(), take(some, row)), take(outcome, row))


@again
def test_a_row_comes_out_the_same_while_others_join_and_leave(case: Case) -> None:
    some, outcome = attacked(case)
    running: Running[Rows, object, Outcome] = Running(case.solver())
    running.join([0, 1], take(some, torch.tensor([0, 1])))
    for step in range(10_000):
        if step == 1:
            running.join([2, "dropped"], take(some, torch.tensor([2, 4])))
        if step == 2:
            running.join([3], take(some, torch.tensor([3])))
            running.drop({"dropped"})
        if (left := running.leave()) is not None:
            names, results = left
            assert same(results, take(outcome, torch.tensor(names)))
        if not len(running):
            break
        running.step()
    assert step > 0
    assert not len(running)


@again
def test_pixels_off_the_mask_stay(case: Case) -> None:
    some = case.rows(3)
    some.mask[:, :, ::2] = False
    outcome = solve(case.solver(), some)
    assert torch.equal(outcome.x[:, :, ::2], some.x[:, :, ::2])
    assert not torch.equal(outcome.x, some.x)


@cases
def test_of_no_rows_nothing_comes(case: Case) -> None:
    none = take(case.rows(), torch.tensor([], dtype=torch.long))
    assert len(solve(case.solver(), none).success) == 0


def test_no_two_attacks_have_one_name_and_each_cites_its_paper() -> None:
    assert len({each.name for each in ATTACKS}) == len(ATTACKS)
    assert all(each.paper.startswith(("arXiv:", "doi:")) for each in ATTACKS)


def test_an_attack_or_a_norm_that_there_is_not_is_refused_by_name() -> None:
    with pytest.raises(AttackInvalid, match="no attack is named 'fgsn'; known: fgsm, "):
        attack("fgsn")
    with pytest.raises(AttackInvalid, match="fgsm has no norm 'l2'; it has linf"):
        attack("fgsm").solver(victim(), "l2")


def test_the_world_is_one_where_attacks_can_fail_and_succeed() -> None:
    x, y = images(200, seed=9)
    assert (ask(victim(), x, torch.arange(200)).argmax(dim=1) == y).all()

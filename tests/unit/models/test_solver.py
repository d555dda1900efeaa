"""Rows join, step and leave: none is lost or duplicated, and none feels the others."""

from dataclasses import dataclass, field, replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Int
from torch import Tensor

from models.solver import Mask, Running, chosen, join, put, solve, take
from models.streams import Keys, fold, keys, uniform

Numbers = Int[Tensor, " b"]


@dataclass(frozen=True)
class Walk:
    """A row: how many steps it takes, and its stream."""

    steps: Numbers
    seed: Keys


@dataclass(frozen=True)
class Walker:
    """A row on its way; a tree of two levels."""

    walk: Walk
    t: Numbers
    place: Tensor


@dataclass(frozen=True)
class Walks:
    """A random walk of each row."""

    batches: list[int] = field(default_factory=list)

    def start(self, rows: Walk) -> Walker:
        return Walker(rows, torch.zeros_like(rows.steps), torch.zeros(len(rows.steps)))

    def step(self, state: Walker) -> Walker:
        assert (state.t < state.walk.steps).all(), "no row is stepped once it is done"
        self.batches.append(len(state.t))
        moved = state.place + uniform(fold(state.walk.seed, state.t), [1]).flatten()
        return replace(state, t=state.t + 1, place=moved)

    def done(self, state: Walker) -> Mask:
        return state.t >= state.walk.steps

    def result(self, state: Walker) -> Tensor:
        return state.place


def walks(steps: list[int], *, first: int = 0) -> Walk:
    return Walk(torch.tensor(steps, dtype=torch.long), keys(3, range(first, first + len(steps))))


def alone(steps: int, number: int) -> float:
    return float(solve(Walks(), walks([steps], first=number)))


@given(steps=st.lists(st.integers(0, 6), max_size=12), batch=st.integers(1, 5))
@settings(max_examples=20, deadline=None)
def test_a_result_is_the_rows_own_in_any_batch(steps: list[int], batch: int) -> None:
    solver = Walks()
    results = solve(solver, walks(steps), batch=batch)
    assert results.tolist() == [alone(n, number) for number, n in enumerate(steps)]
    assert sum(solver.batches) == sum(steps), "no row takes a step too many"
    assert max(solver.batches, default=0) <= batch


def test_waiting_rows_fill_the_places_of_those_that_left() -> None:
    solver = Walks()
    solve(solver, walks([5, 1, 1, 1, 1, 1]), batch=2)
    assert solver.batches == [2, 2, 2, 2, 2]


arrivals = st.tuples(st.lists(st.integers(0, 5), max_size=4), st.sets(st.integers(0, 30), max_size=2))


@given(schedule=st.lists(arrivals, max_size=12))
@settings(max_examples=20, deadline=None)
def test_arrivals_and_cancellations_lose_and_duplicate_no_row(schedule: list[tuple[list[int], set[int]]]) -> None:
    running: Running[Walk, Walker, Tensor] = Running(Walks())
    came: dict[object, int] = {}
    left: dict[object, float] = {}
    dropped: set[object] = set()

    def collect() -> None:
        gone = running.leave()
        if gone is not None:
            names, results = gone
            assert not set(names) & set(left)
            left.update(zip(names, results.tolist(), strict=True))

    for steps, cancelled in schedule:
        names = list(range(len(came), len(came) + len(steps)))
        came.update(zip(names, steps, strict=True))
        if steps:
            running.join(names, walks(steps, first=names[0]))
        dropped |= {name for name in cancelled if name in running.names}
        running.drop(set(cancelled))
        collect()
        running.step()
    while len(running):
        collect()
        running.step()
    collect()
    assert set(left) | dropped == set(came)
    assert not set(left) & dropped
    assert left == {name: alone(came[name], int(str(name))) for name in left}


def test_trees_are_joined_and_taken_apart_leaf_by_leaf() -> None:
    one, two = Walks().start(walks([1, 2])), Walks().start(walks([3], first=2))
    both = join([one, two])
    assert both.walk.steps.tolist() == [1, 2, 3]
    assert take(both, torch.tensor([False, False, True])).walk.seed.tolist() == two.walk.seed.tolist()
    swapped = put(both, torch.tensor([True, False, False]), two)
    assert swapped.walk.steps.tolist() == [3, 2, 3]
    assert both.walk.steps.tolist() == [1, 2, 3], "the tree itself stays"
    mixed = chosen(torch.tensor([True, False, True]), both, take(both, torch.tensor([2, 2, 2])))
    assert mixed.walk.steps.tolist() == [1, 3, 3]


def test_no_trees_have_no_rows_in_common() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        join([])

"""Iterative work on rows that know nothing of each other: attacks, inversions, whatever takes steps.

A state is a frozen dataclass of tensors, or of such dataclasses, whose first dimension is the row. So rows can join a
running batch between two steps and leave it as soon as they are done: a row of 5 steps never waits for one of 1,000,
and finished rows cost nothing. What a row becomes depends on the row alone: its step counter, its optimiser's state
and its random stream (models/streams.py) are its own.
"""

from collections.abc import Callable, Generator, Hashable, Sequence
from dataclasses import fields, replace
from typing import Any, Generic, Protocol, TypeVar, cast, runtime_checkable

import torch
from jaxtyping import Bool
from torch import Tensor

Mask = Bool[Tensor, " b"]

Tree = TypeVar("Tree")
Rows = TypeVar("Rows")
State = TypeVar("State")
Result = TypeVar("Result")
RowsIn = TypeVar("RowsIn", contravariant=True)
ResultOut = TypeVar("ResultOut", covariant=True)

BATCH = 256


@runtime_checkable
class Solver(Protocol[RowsIn, State, ResultOut]):
    """One iterative method. `step` is only called on rows that are not done."""

    def start(self, rows: RowsIn) -> State:
        """The state before the first step."""

    def step(self, state: State) -> State:
        """One step of every row."""

    def done(self, state: State) -> Mask:
        """Which rows have come to their end."""

    def result(self, state: State) -> ResultOut:
        """What came out, row by row."""


def mapped(tree: Tree, f: Callable[..., Tensor], *others: Tree) -> Tree:
    """f of every tensor of a tree, or of the tensors that stand in one place of several trees."""
    if isinstance(tree, Tensor):
        return cast(Tree, f(tree, *others))
    node: Any = tree
    names = [field.name for field in fields(node)]
    changes = {name: mapped(getattr(node, name), f, *(getattr(other, name) for other in others)) for name in names}
    return cast(Tree, replace(node, **changes))


def take(tree: Tree, rows: Tensor) -> Tree:
    """Some rows, by a mask or by their indices."""
    return mapped(tree, lambda tensor: tensor[rows])


def join(trees: Sequence[Tree]) -> Tree:
    """The rows of all, in order. Raises ValueError where there is none."""
    first, *others = trees
    return mapped(first, lambda *tensors: torch.cat(tensors), *others) if others else first


def put(tree: Tree, rows: Mask, some: Tree) -> Tree:
    """The tree with `some` in the place of these rows."""

    def placed(tensor: Tensor, new: Tensor) -> Tensor:
        tensor = tensor.clone()
        tensor[rows] = new
        return tensor

    return mapped(tree, placed, some)


def chosen(rows: Mask, yes: Tree, no: Tree) -> Tree:
    """Row by row the one tree's or the other's."""
    return mapped(yes, lambda a, b: torch.where(rows.view(-1, *[1] * (a.ndim - 1)), a, b), no)


class Running(Generic[Rows, State, Result]):
    """A running batch. Rows are known by the names they came under; each leaves once, or is dropped."""

    def __init__(self, solver: Solver[Rows, State, Result]) -> None:
        self._solver = solver
        self._state: State | None = None
        self.names: list[Hashable] = []

    def __len__(self) -> int:
        return len(self.names)

    @property
    def state(self) -> State | None:
        """That of all rows, in the order of their names; None where there are none."""
        return self._state

    def join(self, names: Sequence[Hashable], rows: Rows) -> None:
        """New rows, between two steps."""
        state = self._solver.start(rows)
        self._state = state if self._state is None else join([self._state, state])
        self.names += names

    def drop(self, names: set[Hashable]) -> None:
        """Those rows leave without a result; names that are not here are nobody's."""
        self._keep([name not in names for name in self.names])

    def leave(self) -> tuple[list[Hashable], Result] | None:
        """The rows that are done leave: their names and results. None where there are none."""
        if self._state is None:
            return None
        over = self._solver.done(self._state)
        if not bool(over.any()):
            return None
        gone = over.tolist()
        names = [name for name, left in zip(self.names, gone, strict=True) if left]
        result = self._solver.result(take(self._state, over))
        self._keep([not left for left in gone])
        return names, result

    def step(self) -> None:
        """One step of all rows; those that are done must have left."""
        if self._state is not None:
            self._state = self._solver.step(self._state)

    def _keep(self, kept: list[bool]) -> None:
        if self._state is None or all(kept):
            return
        self.names = [name for name, stays in zip(self.names, kept, strict=True) if stays]
        if self.names:
            device = first_tensor(self._state).device
            self._state = take(self._state, torch.tensor(kept, device=device))
        else:
            self._state = None


def first_tensor(tree: object) -> Tensor:
    """Any tensor of a tree: all have as many rows, on the same device."""
    while not isinstance(tree, Tensor):
        tree = getattr(tree, fields(cast(Any, tree))[0].name)
    return tree


def solve(solver: Solver[Rows, State, Result], rows: Rows, *, batch: int = BATCH) -> Result:
    """All rows to their end. Whenever rows have left, waiting ones join: the batch stays as full as it can."""
    work = solving(solver, rows, batch=batch)
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result


def solving(solver: Solver[Rows, State, Result], rows: Rows, *, batch: int = BATCH) -> Generator[None, None, Result]:
    """The same, for those who have other things to do between two steps: it yields before each."""
    first = first_tensor(rows)
    total, taken = len(first), 0
    if not total:
        return solver.result(solver.start(rows))
    running: Running[Rows, State, Result] = Running(solver)
    order: list[Any] = []
    results: list[Result] = []
    while len(order) < total:
        while free := min(batch - len(running), total - taken):
            names = range(taken, taken + free)
            running.join(names, take(rows, torch.tensor(names, device=first.device)))
            taken += free
            collect(running, order, results)  # a row may be done before its first step
        yield
        running.step()
        collect(running, order, results)
    return take(join(results), torch.tensor(order, device=first.device).argsort())


def collect(running: Running[Rows, State, Result], names: list[Any], results: list[Result]) -> None:
    """Adds the rows that are done to those that have left."""
    if (left := running.leave()) is not None:
        names += left[0]
        results.append(left[1])

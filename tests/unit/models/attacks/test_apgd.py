"""APGD's schedule, checkpoint by checkpoint, and its targets."""

import math

import torch

from models.attacks.apgd import APGD, APGDState, Point, checked, fresh
from models.attacks.losses import dlr
from models.attacks.pgd import PGD
from models.attacks.trial import begin
from models.solver import solve
from tests.unit.models.attacks.world import rows, victim


def state(losses: list[float], *, steps: int = 100) -> tuple[APGDState, list[tuple[float, int]]]:
    """Three rows through a course of losses; alpha and window after each."""
    some = rows(3, steps=steps)
    zero = some.x * 0
    start = Point(zero, zero, torch.zeros(3))
    now = APGDState(begin(victim(), some)[0], start, zero, start, fresh(some, start.loss), some.y[:, None])
    course = []
    for number, loss in enumerate(losses, 1):
        before = now.now.loss
        point = Point(zero + number, zero, torch.full((3,), loss))
        now = checked(APGDState(now.trial, point, zero, now.best, now.schedule, now.rivals), before)
        course.append((float(now.schedule.alpha[0]), int(now.schedule.window[0])))
    return now, course


def test_alpha_stays_while_the_loss_climbs() -> None:
    _, course = state([float(n) for n in range(1, 42)])
    assert course[20] == (2.0, 22)
    assert course[21] == (2.0, 19), "22 steps, then 19, then 16 ..."
    assert course[40] == (2.0, 16)


def test_alpha_halves_where_too_few_steps_climb_and_the_best_point_is_gone_back_to() -> None:
    now, course = state([5.0, *(4.0 - n % 2 for n in range(21))])
    assert course[21] == (1.0, 19)
    assert now.now.loss.tolist() == [5.0] * 3
    assert (now.now.delta == 1).all(), "the first point was the best"


def test_alpha_halves_where_nothing_has_moved_since_the_last_checkpoint() -> None:
    climbing = [float(n) for n in range(1, 23)]
    below = [n / 100 for n in range(19)]  # climbs, but stays below the best
    _, course = state(climbing + below)
    assert course[40][0] == 1.0
    _, course = state([5.0] + [4.0] * 21 + below)
    assert course[21][0] == 1.0
    assert course[40][0] == 1.0, "right after a halving the best need not have moved"


def test_windows_are_at_least_six_hundredths_of_the_steps() -> None:
    _, course = state([float(n) for n in range(1, 120)])
    assert course[-1][1] == 6


def test_apgd_is_at_least_as_strong_as_pgd() -> None:
    some = rows(40, eps=38, steps=20, kappa=math.inf)
    auto, plain = solve(APGD(victim()), some), solve(PGD(victim(), random=False), some)
    assert auto.success.sum() >= plain.success.sum()
    assert (auto.margin - plain.margin)[:-1].mean() > -0.02


def test_each_start_goes_for_another_rival() -> None:
    some = rows(12, eps=10, steps=5)
    tried = solve(APGD(victim(), loss=dlr, rivals=9), some)
    assert (tried.forwards[:-1] == 1 + 3 * 6).all(), "three rivals are all that there are"


def test_starts_for_a_target_all_go_for_it() -> None:
    some = rows(12, eps=60, steps=10, targeted=True)
    assert solve(APGD(victim(), loss=dlr, rivals=9), some).success.sum() >= solve(APGD(victim()), some).success.sum()

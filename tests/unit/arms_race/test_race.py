"""Races: who moves when, what is measured, and what a defender learns from."""

from dataclasses import replace

import pytest
import torch

from models.defences.defended import Defended
from models.lattice import quantised
from models.victim import Bare
from tests.unit.training.stand_in import stripes
from training.arms_race import defenders
from training.arms_race.defenders import DEFENDERS, Adversarial, Denoising, Examples, Patched, mixed
from training.arms_race.race import Round, attacked, examples, nothing, race
from training.arms_race.setting import FEW, FULL, QUICK, SETTINGS, Setting, Terms
from training.randomness import Draw

TINY = Terms(rounds=2, natural=8, passes=16, batch=8, attacked=8, steps=2, judged=20, judging=2, margin=2, queries=3)


def draw(seed: int = 0) -> Draw:
    return Draw(torch.Generator().manual_seed(seed))


def played(kind: str, **terms: int) -> list[Round]:
    setting = Setting(kind, 4, 60)  # type: ignore[arg-type]
    return list(race(setting, replace(TINY, **terms), stripes(), stripes(30, seed=1), seed=0))


@pytest.mark.parametrize("kind", DEFENDERS)
def test_a_race_tells_each_round_by_shares(kind: str) -> None:
    rounds = played(kind)
    assert [each.round for each in rounds] == [0, 1, 2]
    assert [each.replayed is None for each in rounds] == [True, False, False]
    for each in rounds:
        assert 0 <= each.robust <= each.clean <= 1
        assert each.n == 20
        assert each.setting == Setting(kind, 4, 60)  # type: ignore[arg-type]
    assert [each.worst is None for each in rounds] == [True, True, False]
    last = rounds[-1]
    assert last.margin is not None
    assert last.worst is not None
    assert last.worst <= last.margin <= last.robust


def test_the_same_seed_plays_the_same_race() -> None:
    assert played("adversarial") == played("adversarial")


@pytest.mark.slow
def test_the_attacker_wins_the_first_round_and_patches_hold_against_what_was_seen() -> None:
    rounds = played("patched", natural=100, passes=100, batch=16, attacked=20, steps=6, judging=6)
    assert rounds[0].clean > 0.9
    assert rounds[0].robust < rounds[0].clean - 0.3
    assert rounds[0].beaten > 0.3
    assert rounds[1].replayed is not None
    assert rounds[1].replayed > rounds[0].robust


def test_what_beats_a_defender_is_in_the_ball_and_goes_through_all_it_has() -> None:
    data = examples(stripes(), 20)
    setting = Setting("denoiser", 4, 60)
    defender = Denoising(setting, TINY, data, draw())
    assert isinstance(defender.victim, Defended)
    assert defender.victim.passes == 2
    found = attacked(defender.victim, data, setting, steps=3, to_the_end=True, seed=0)
    assert ((found.x - quantised(data.x)).abs().amax() * 255).round() <= 60
    assert int(found.forwards.max()) == 2 * 5  # a look at x, one at the start, one after each step: of both networks


def test_each_defender_moves_what_it_may() -> None:
    data = examples(stripes(), 64)
    bad = Examples(data.x[:9], data.z[:9].flip(3), data.y[:9])
    for kind in (Patched, Denoising, Adversarial):
        defender = kind(Setting("patched", 4, 60), TINY, data, draw())
        before = [each.clone() for each in defender.f.state_dict().values()]
        defender.move(data, bad, draw())
        same = all(map(torch.equal, before, defender.f.state_dict().values()))
        assert same == (kind is Denoising)
        assert isinstance(defender.victim, Defended if kind is Denoising else Bare)


def test_the_adversarial_defender_s_ball_grows_in_its_first_move(monkeypatch: pytest.MonkeyPatch) -> None:
    data, seen = examples(stripes(), 64), []

    def told(_: object, x: torch.Tensor, *__: object, eps: float, **___: object) -> torch.Tensor:
        seen.append(round(eps * 255))
        return x

    monkeypatch.setattr(defenders, "ascend", told)
    defender = Adversarial(Setting("adversarial", 4, 60), replace(TINY, passes=32), data, draw())
    for _ in range(2):
        defender.move(data, nothing(data), draw())
    assert seen == [15, 30, 45, 60, 60, 60, 60, 60]


def test_half_of_a_batch_beat_the_defender_once_something_has() -> None:
    data = examples(stripes(), 64)
    bad = Examples(data.x[:2], data.x[:2] * 0, data.y[:2])
    x, z, y = mixed(data, bad, 16, draw())
    assert len(x) == len(z) == len(y) == 16
    assert [bool((image == 0).all()) for image in z] == [False] * 8 + [True] * 8
    assert not bool((x == 0).flatten(1).all(dim=1).any())
    clean, same, _ = mixed(data, nothing(data), 16, draw())
    assert torch.equal(clean, same)


def test_test_digits_are_taken_evenly_from_a_sorted_split() -> None:
    data = replace(stripes(100), labels=stripes(100).labels[stripes(100).labels.argsort(kind="stable")])  # type: ignore
    assert examples(data, 20).y.tolist() == [digit for digit in range(10) for _ in range(2)]


def test_the_full_races_vary_capacity_and_eps_and_the_quick_ones_are_few() -> None:
    assert len(set(SETTINGS)) == len(SETTINGS)
    chosen = {(each.width, each.eps) for each in SETTINGS if each.kind == "adversarial"}
    assert {width for width, eps in chosen if eps == 76} == {4, 12, 32}
    assert {eps for width, eps in chosen if width == 32} == {25, 51, 76}
    for kind in DEFENDERS:
        assert {each.eps for each in SETTINGS if each.kind == kind} >= {25, 76}
    assert {each.kind for each in FEW} == set(DEFENDERS)
    assert QUICK.rounds < FULL.rounds

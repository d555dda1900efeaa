"""The protocol on a good classifier, and on some that only look robust: each must be flagged."""

from dataclasses import replace
from functools import cache
from typing import Literal

import pytest
import torch
from torch import nn

from models.attacks.norms import NORMS
from models.attacks.registry import attack
from models.errors import AttackInvalid
from models.lattice import steps_between
from models.robustness.evaluate import Line, Report, evaluated
from models.robustness.flags import Flag, bent, compared
from models.robustness.interval import Share
from models.robustness.protocol import PROTOCOLS, QUICK, RAND, Assault, Protocol, protocol
from models.streams import Keys, normal
from models.tensors import Images, Logits
from models.victim import Bare, Victim, ask
from tests.unit.models.attacks.world import images, victim

BRIEF = Protocol(
    "brief",
    linf=(Assault("fgsm", 1), Assault("pgd", 6), Assault("square", 60)),
    l2=(Assault("fgm", 1), Assault("pgd", 6), Assault("hopskipjump", 150)),
    samples=1,
    curve_steps=5,
)


@cache
def report(one: Victim, *, norm: Literal["linf", "l2"] = "linf", eps: int = 50, used: Protocol = BRIEF) -> Report:
    x, y = images(32, seed=4)
    y = y.clone()
    y[:3] = (y[:3] + 1) % 4
    *lines, last = evaluated(one, x, y, protocol=used, norm=norm, eps=eps)
    assert isinstance(last, Report)
    assert tuple(lines) == last.lines
    return last


@pytest.mark.parametrize(("norm", "eps"), [("linf", 50), ("l2", 220)])
def test_an_image_is_robust_only_if_no_attack_broke_it(norm: Literal["linf", "l2"], eps: int) -> None:
    told = report(victim(), norm=norm, eps=eps)
    x, y = images(32, seed=4)
    assert told.clean == Share(29, 32)
    assert sum(line.broken for line in told.lines) == 29 - told.robust.k
    assert [line.tried for line in told.lines] == [29, *(line.left.k for line in told.lines[:-1])]
    assert told.robust == told.lines[-1].left
    assert 0 < told.robust.k < 29
    said = ask(victim(), told.worst, torch.arange(32)).argmax(dim=1)
    assert int((said[3:] == y[3:]).sum()) == told.robust.k
    length = {known.name: known.length for known in NORMS}[norm]
    assert (length(steps_between(x, told.worst).double()) <= told.eps).all()


def test_the_curve_begins_at_clean_and_ends_at_nothing() -> None:
    curve = report(victim()).curve
    assert [eps for eps, _ in curve] == [0, 12, 25, 50, 100, 255]
    assert curve[0][1] == Share(29, 32)
    assert curve[-1][1].k == 0


def test_an_honest_classifier_is_not_flagged() -> None:
    assert report(victim()).flags == ()


def test_lines_tell_what_an_image_cost() -> None:
    fgsm, pgd, square = report(victim()).lines
    assert (fgsm.forwards, fgsm.backwards, fgsm.queries, fgsm.knowledge) == (3, 1, 2, "gradient")
    assert 1 < pgd.backwards <= 7
    assert (square.backwards, square.knowledge) == (0, "scores")
    assert 1 < square.queries <= 61
    assert all(isinstance(line, Line) and line.seconds > 0 for line in (fgsm, pgd, square))


class Stairs(nn.Module):
    """Sees two levels alone: no gradient passes a step."""

    def classify(self, x: Images) -> Logits:
        return victim().classifier.classify((3 * x).round() / 3)


class Shattered(nn.Module):
    """A ripple on the logits: too small to matter, too steep for a gradient to mean anything."""

    def classify(self, x: Images) -> Logits:
        ripple = torch.sin(2e4 * x).flatten(1) @ torch.randn(36, 4, generator=torch.Generator().manual_seed(0))
        return victim().classifier.classify(x) + 0.01 * ripple


class Softmax(nn.Module):
    """Probabilities where logits should be, of a network that is very sure."""

    def classify(self, x: Images) -> Logits:
        return (30 * victim().classifier.classify(x)).softmax(dim=1)


class NotANumber(nn.Module):
    """A root whose slope is infinite: 0 times infinity."""

    def classify(self, x: Images) -> Logits:
        return victim().classifier.classify(x) + 0 * (x * 0).sum(dim=(1, 2, 3)).sqrt()[:, None]


class Random:
    """Noise on the input, new each time."""

    passes = 1

    def logits(self, x: Images, key: Keys) -> Logits:
        return victim().logits(x + 0.1 * normal(key, x.shape[1:]), key)


def signs(told: Report) -> set[str]:
    return {flag.sign for flag in told.flags}


def test_a_gradient_masked_model_is_flagged() -> None:
    stairs = report(Bare(Stairs()))
    assert {"gradient-zero", "black-box-beats-white-box", "curve"} <= signs(stairs)
    pgd, square = stairs.lines[1:]
    assert square.broken > pgd.broken


def test_a_shattered_gradient_is_flagged_by_the_attack_that_needs_none() -> None:
    shattered = report(Bare(Shattered()), eps=60)
    assert "black-box-beats-white-box" in signs(shattered)
    assert "gradient-zero" not in signs(shattered)


def test_probabilities_and_wild_gradients_are_flagged() -> None:
    assert {"softmax", "gradient-zero"} <= signs(report(Bare(Softmax())))
    assert "gradient-nan" in signs(report(Bare(NotANumber())))


def test_a_random_victim_is_flagged_and_rand_asks_it_many_times() -> None:
    told = report(Random())
    assert "random" in signs(told)
    many = report(Random(), used=replace(BRIEF, samples=5))
    assert many.lines[0].forwards == 15
    assert RAND.samples == 20


def test_a_curve_that_rises_or_stays_is_flagged() -> None:
    falling = [(0, Share(10, 10)), (8, Share(5, 10)), (255, Share(0, 10))]
    assert bent(falling) == []
    rising = [(0, Share(5, 10)), (8, Share(6, 10)), (255, Share(0, 10))]
    assert bent(rising) == [Flag("curve", "accuracy rises from 50.0% at 0/255 to 60.0% at 8/255")]
    assert "still 50.0%" in bent(falling[:2])[0].words


def test_one_image_more_without_gradients_is_luck() -> None:
    assert compared(white=50, black=1) == []
    assert [flag.sign for flag in compared(white=50, black=2)] == ["black-box-beats-white-box"]


def test_protocols_name_attacks_and_norms_that_there_are() -> None:
    for each in PROTOCOLS:
        for norm in ("linf", "l2"):
            for assault in each.assaults(norm):
                assert attack(assault.attack).solver(victim(), norm)
        assert {attack(assault.attack).knowledge for assault in each.linf} == {"gradient", "scores"}
    assert protocol("quick") is QUICK
    with pytest.raises(AttackInvalid, match="no protocol is named 'full'; known: quick, standard, rand"):
        protocol("full")


def test_a_classifier_that_is_always_wrong_has_nothing_to_lose() -> None:
    x, y = images(8)
    *_, last = evaluated(victim(), x, (y + 1) % 4, protocol=BRIEF, norm="linf", eps=8)
    assert isinstance(last, Report)
    assert (last.clean.k, last.robust.k, last.lines[0].tried, last.lines[0].forwards) == (0, 0, 0, 0)

"""EOT on a victim that is wrong at random, and the recipe for people."""

import math

import pytest
import torch

from models.attacks.eot import EOT
from models.attacks.human import Coarse, Retina, blurred, human_fooling
from models.attacks.pgd import PGD
from models.attacks.rows import rows_of
from models.lattice import steps_between
from models.solver import solve
from models.streams import Keys, fold, keys, normal
from models.tensors import Images, Logits
from models.victim import Bare, ask
from tests.unit.models.attacks.test_transfer import Flatten
from tests.unit.models.attacks.world import images, rows, victim


class Noisy:
    """A victim that adds noise to its logits."""

    passes = 2

    def logits(self, x: Images, key: Keys) -> Logits:
        clean = victim().logits(x, key)
        return clean + 3 * normal(key, clean.shape[1:])


def test_the_answer_is_the_mean_over_streams_of_its_own() -> None:
    x, _ = images(3)
    key = keys(0, range(3))
    mean = EOT(Noisy(), samples=5)
    streams = [fold(key, number) for number in range(5)]
    by_hand = torch.stack([ask(Noisy(), x, stream) for stream in streams]).mean(dim=0)
    assert mean.passes == 10
    assert ask(mean, x[:0], key[:0]).shape == (0, 4)
    assert torch.allclose(ask(mean, x, key), by_hand, atol=1e-5)
    spread = [(ask(EOT(Noisy(), samples), x, key) - ask(victim(), x, key)).abs().mean() for samples in (1, 400)]
    assert spread[1] < 0.2 * spread[0]


def test_an_attack_on_the_mean_fools_a_random_victim_and_counts_every_pass() -> None:
    some = rows(12, eps=60, steps=8, kappa=4.0)
    outcome = solve(PGD(EOT(Noisy(), 20)), some)
    assert outcome.success.sum() >= 8
    assert (outcome.forwards % 40 == 0).all()
    assert (outcome.backwards % 40 == 0).all()
    fresh = ask(Noisy(), outcome.x, keys(99, range(12))).argmax(dim=1)
    assert (fresh != some.y)[outcome.success].float().mean() > 0.6


def test_a_retina_is_sharp_in_the_middle_and_blurs_the_further_out() -> None:
    x = (torch.rand(2, 3, 48, 48, generator=torch.Generator().manual_seed(0)) * 255).round() / 255
    eye = Retina(Bare(Flatten()), fovea=0.3, slope=0.2)
    seen = eye.seen(x)
    assert torch.equal(seen[:, :, 22:26, 22:26], x[:, :, 22:26, 22:26])
    assert seen[:, :, :6, :6].std() < 0.4 * x[:, :, :6, :6].std()
    assert (seen.mean() - x.mean()).abs() < 0.01
    assert torch.equal(Retina(Bare(Flatten()), slope=0.0).seen(x), x)
    assert torch.allclose(ask(eye, x, keys(0, range(2))), seen.flatten(1))
    assert (eye.passes, Coarse(eye, ((0,), (1,))).passes) == (1, 1)


def test_a_blur_is_gaussian() -> None:
    point = torch.zeros(1, 1, 31, 31)
    point[0, 0, 15, 15] = 1
    spot = blurred(point, 2.0)[0, 0]
    places = torch.arange(31.0) - 15
    assert float(spot.sum()) == pytest.approx(1, abs=1e-5)
    assert float((spot.sum(dim=0) * places.square()).sum()) == pytest.approx(4, rel=0.05)


def test_coarse_classes_are_sums_of_probabilities() -> None:
    x, _ = images(5)
    key = keys(0, range(5))
    fine = ask(victim(), x, key).softmax(dim=1)
    coarse = ask(Coarse(victim(), ((0, 2), (1, 3))), x, key).exp()
    assert torch.allclose(coarse, torch.stack([fine[:, [0, 2]].sum(1), fine[:, [1, 3]].sum(1)], dim=1), atol=1e-6)


def test_the_recipe_takes_an_image_to_another_coarse_class_within_eps_32() -> None:
    x, y = images(6, seed=3)
    coarse = y % 2
    attack = human_fooling([victim(), victim()], [(0, 2), (1, 3)])
    some = rows_of(x, coarse, eps=32, steps=10, target=1 - coarse, kappa=math.inf)
    outcome = solve(attack, some)
    before = ask(attack.victim, some.x, some.seed)
    after = ask(attack.victim, outcome.x, some.seed)
    assert (steps_between(some.x, outcome.x).abs() <= 32).all()
    rise = (after - before).gather(1, some.target[:, None])
    assert (rise > 0).all()
    assert rise.mean() > 1

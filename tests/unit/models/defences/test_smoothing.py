"""Randomised smoothing against scipy and, for a linear classifier, against the exact radius."""

import pytest
import torch
from scipy.stats import beta, binom  # type: ignore[import-untyped]
from torch import nn

from models.defences.defended import Defended
from models.defences.smoothing import ABSTAIN, Gaussian, certify, lower_bound, tail, votes
from models.streams import keys
from models.tensors import Images, Logits
from models.victim import Bare, ask
from tests.unit.models.attacks.world import images, victim


class Half(nn.Module):
    """Class 1 where the pixels' mean is above a half."""

    def classify(self, x: Images) -> Logits:
        side = 100 * (x.mean(dim=(1, 2, 3)) - 0.5)
        return torch.stack([-side, side], dim=1)


@pytest.mark.parametrize(("k", "n"), [(1, 10), (7, 10), (10, 10), (990, 1000), (1000, 1000), (520, 1000)])
def test_the_bound_is_clopper_and_pearsons(k: int, n: int) -> None:
    assert lower_bound(k, n, 0.001) == pytest.approx(beta.ppf(0.001, k, n - k + 1), abs=1e-9)
    assert tail(k, n, 0.7) == pytest.approx(binom.sf(k - 1, n, 0.7), rel=1e-6)
    assert lower_bound(0, n, 0.001) == 0


def test_the_radius_of_a_plane_is_the_distance_to_it() -> None:
    x = torch.full((3, 1, 6, 6), 0.5) + torch.tensor([0.05, -0.08, 0.002]).view(3, 1, 1, 1)
    exact = torch.tensor([0.05, 0.08, 0.002]) * 6  # of a mean of 36 pixels
    certificate = certify(Bare(Half()), x, keys(0, range(3)), sigma=0.25, n0=50, n=3000, alpha=0.001)
    assert certificate.label.tolist()[:2] == [1, 0]
    assert (certificate.radius <= exact).all(), "a certificate never says too much, but once in a thousand"
    assert (certificate.radius[:2] > 0.8 * exact[:2]).all()


def test_what_is_not_sure_is_not_certified() -> None:
    x = torch.full((1, 1, 6, 6), 0.5)
    certificate = certify(Bare(Half()), x, keys(0, [0]), sigma=0.25, n0=20, n=100, alpha=0.001)
    assert certificate.label.tolist() == [ABSTAIN]
    assert certificate.radius.tolist() == [0]


def test_votes_are_a_rows_own() -> None:
    x, _ = images(3)
    key = keys(0, range(3))
    many = votes(victim(), x, key, sigma=0.5, n=300)
    assert many.sum(dim=1).tolist() == [300] * 3
    assert torch.equal(votes(victim(), x[1:2], key[1:2], sigma=0.5, n=300), many[1:2])


def test_noise_in_front_is_new_at_every_question_and_the_same_for_one_key() -> None:
    x, _ = images(4)
    noisy = Defended(victim(), Gaussian(0.3))
    first, again, other = (ask(noisy, x, keys(seed, range(4))) for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert noisy.passes == 1

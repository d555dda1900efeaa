"""InfoGAN's bound against mutual information in closed form."""

import math

import pytest
import torch

from models.objectives import NORMAL_ENTROPY, UNIFORM_ENTROPY, categorical_bound, gaussian_bound

GENERATOR = torch.Generator().manual_seed(0)


def test_a_perfect_q_of_a_category_reaches_its_entropy() -> None:
    c = torch.arange(40) % 10
    perfect = 100.0 * torch.nn.functional.one_hot(c, 10)
    assert categorical_bound(perfect, c).item() == pytest.approx(math.log(10))


def test_a_q_that_knows_nothing_of_a_category_is_worth_nothing_and_a_wrong_one_less() -> None:
    c = torch.arange(40) % 10
    assert categorical_bound(torch.zeros(40, 10), c).item() == pytest.approx(0, abs=1e-6)
    assert categorical_bound(5.0 * torch.nn.functional.one_hot((c + 1) % 10, 10), c).item() < 0


def test_the_category_through_a_noisy_channel_gives_the_channels_information() -> None:
    """x = c but in a share e of cases one of the other k - 1: I = log k - H(e) - e log(k - 1)."""
    k, e = 4, 0.25
    c, x = torch.arange(4).repeat_interleave(4), torch.tensor([0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 0])
    posterior = torch.where(torch.nn.functional.one_hot(x, k) > 0, 1 - e, e / (k - 1)).log()
    information = math.log(k) + (1 - e) * math.log(1 - e) + e * math.log(e) - e * math.log(k - 1)
    assert categorical_bound(posterior, c).item() == pytest.approx(information, rel=1e-5)


@pytest.mark.parametrize("rho", [0.0, 0.6, 0.95])
def test_the_exact_posterior_of_normal_codes_reaches_their_information(rho: float) -> None:
    """(c, x) normal with correlation rho: c | x ~ N(rho x, 1 - rho^2), I = -log(1 - rho^2) / 2 in each code."""
    x, noise = (torch.randn(200_000, 2, generator=GENERATOR) for _ in range(2))
    c = rho * x + math.sqrt(1 - rho**2) * noise
    log_std = torch.full_like(x, 0.5 * math.log(1 - rho**2))
    bound = gaussian_bound(rho * x, log_std, c, entropy=NORMAL_ENTROPY).item()
    assert bound == pytest.approx(-math.log(1 - rho**2), abs=0.01)
    assert gaussian_bound(rho * x, log_std + 0.5, c, entropy=NORMAL_ENTROPY).item() < bound


def test_uniform_codes_under_the_best_normal_that_ignores_them_stay_below_zero() -> None:
    """E log N(c; 0, s) + log 2 at s^2 = 1/3, the variance of U(-1, 1): log 2 - log(2 pi e / 3) / 2 = -0.1765."""
    c = 2 * torch.rand(200_000, 1, generator=GENERATOR) - 1
    log_std = torch.full_like(c, -0.5 * math.log(3))
    bound = gaussian_bound(torch.zeros_like(c), log_std, c, entropy=UNIFORM_ENTROPY).item()
    assert bound == pytest.approx(math.log(2) - 0.5 * math.log(2 * math.pi * math.e / 3), abs=5e-3)


def test_bounds_and_their_gradients_stay_finite_far_out() -> None:
    far = torch.tensor([[1e4, -1e4]], requires_grad=True)
    category = categorical_bound(far, torch.tensor([1]))
    code = gaussian_bound(far, torch.zeros(1, 2), torch.zeros(1, 2), entropy=NORMAL_ENTROPY)
    for bound in (category, code):
        assert bound.isfinite()
        assert torch.autograd.grad(bound, far)[0].isfinite().all()

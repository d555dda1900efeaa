"""Each adversarial loss at its optimum, where its value is known."""

import math
from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor

from models.objectives import (
    hinge_d,
    hinge_g,
    least_squares_d,
    least_squares_g,
    minimax_g,
    non_saturating_d,
    non_saturating_g,
    wasserstein_d,
    wasserstein_g,
)

P, Q = torch.tensor([6, 3, 1, 0, 2]), torch.tensor([1, 2, 3, 4, 2])  # how many of 12 fall on each of five places
PLACES = torch.arange(5)
D_LOSSES = [non_saturating_d, hinge_d, wasserstein_d, partial(least_squares_d, a=-1.0)]
G_LOSSES = [minimax_g, non_saturating_g, hinge_g, wasserstein_g, least_squares_g]


def on(D: Tensor, counts: Tensor) -> Tensor:
    """A discriminator that is a table, asked about every member of a sample."""
    return D[PLACES.repeat_interleave(counts)]


def mass(counts: Tensor) -> Tensor:
    return counts / counts.sum()


def gradient(loss: Callable[[Tensor, Tensor], Tensor], D: Tensor) -> Tensor:
    """Of a loss of D on both samples, by the table's entries."""
    D = D.clone().requires_grad_()
    return torch.autograd.grad(loss(on(D, P), on(D, Q)), D)[0]


def test_minimax_is_minus_the_fakes_half_of_ds_loss() -> None:
    """Goodfellow et al. 2014, eq. 1: what D gains on fakes, G loses."""
    logits = torch.linspace(-6, 6, 25)
    surely_real = torch.full((25,), 1e4)
    assert minimax_g(logits).item() == pytest.approx(-non_saturating_d(surely_real, logits).item())
    assert minimax_g(torch.zeros(3)).item() == pytest.approx(-math.log(2))


def test_minimax_gives_g_no_gradient_where_d_is_sure_of_the_fake() -> None:
    """Section 3: log(1 - D(G(z))) saturates; -log D(G(z)) does not."""
    slopes = []
    for loss in (minimax_g, non_saturating_g):
        logits = torch.full((4,), -20.0, requires_grad=True)
        slopes.append(torch.autograd.grad(loss(logits), logits)[0].abs().max().item())
    assert slopes[0] < 1e-8
    assert slopes[1] == pytest.approx(0.25)


def test_hinge_at_its_optimum_is_two_minus_twice_the_total_variation() -> None:
    """D* = sign(p - q) (Lim & Ye 2017): 2 sum min(p, q) = 2 (1 - TV)."""
    p, q = mass(P), mass(Q)
    best = torch.sign(p - q)
    expected = 2 - (p - q).abs().sum().item()
    assert hinge_d(on(best, P), on(best, Q)).item() == pytest.approx(expected)
    for other in (torch.zeros(5), 2 * best, -best, best + 0.3):
        assert hinge_d(on(other, P), on(other, Q)).item() >= expected - 1e-6


def test_hinge_leaves_alone_what_is_beyond_the_margin() -> None:
    beyond = torch.tensor([1.5, 3.0])
    assert hinge_d(beyond, -beyond).item() == 0
    assert hinge_g(beyond).item() == pytest.approx(-2.25)


def test_wasserstein_by_the_linear_critic_is_the_shift() -> None:
    """W_1(p, p + t) = |t|, reached by the 1-Lipschitz D(x) = -t . x / |t|."""
    x = torch.randn(500, 2, generator=torch.Generator().manual_seed(0))
    t = torch.tensor([3.0, -4.0])

    def D(x: Tensor) -> Tensor:
        return -(x @ t) / 5

    assert -wasserstein_d(D(x), D(x + t)).item() == pytest.approx(5, rel=1e-5)
    moved = (x + t).requires_grad_()
    (downhill,) = torch.autograd.grad(-wasserstein_g(D(moved)), moved)
    assert (500 * downhill).tolist()[0] == pytest.approx([-0.6, 0.8])  # G is sent straight back to the data


@pytest.mark.parametrize(("a", "b"), [(0.0, 1.0), (-1.0, 1.0)])
def test_least_squares_has_its_optimum_at_the_weighted_mean_of_a_and_b(a: float, b: float) -> None:
    """Mao et al. 2017, eq. 5: D* = (b p + a q) / (p + q), with the value (b - a)^2 / 2 sum p q / (p + q)."""
    p, q = mass(P), mass(Q)
    best = (b * p + a * q) / (p + q)

    def loss(D_real: Tensor, D_fake: Tensor) -> Tensor:
        return least_squares_d(D_real, D_fake, a=a, b=b)

    assert gradient(loss, best).abs().max().item() < 1e-7
    assert gradient(loss, best + 0.1).abs().min().item() > 1e-3
    expected = (b - a) ** 2 / 2 * (p * q / (p + q)).sum().item()
    assert loss(on(best, P), on(best, Q)).item() == pytest.approx(expected)


def test_least_squares_gives_g_half_the_squared_distance_to_c() -> None:
    D_fake = torch.tensor([0.0, 2.0])
    assert least_squares_g(D_fake).item() == pytest.approx(0.5)
    assert least_squares_g(D_fake, c=0.0).item() == pytest.approx(1)


@pytest.mark.parametrize("loss", D_LOSSES)
def test_d_learns_to_score_data_higher_than_samples(loss: Callable[[Tensor, Tensor], Tensor]) -> None:
    down = -gradient(loss, torch.zeros(5))
    assert (torch.sign(down[:4]) == torch.sign((mass(P) - mass(Q))[:4])).all()


@pytest.mark.parametrize("loss", G_LOSSES)
def test_g_learns_to_be_scored_higher(loss: Callable[[Tensor], Tensor]) -> None:
    logits = torch.tensor([-0.5, 0.0, 0.5], requires_grad=True)
    assert (torch.autograd.grad(loss(logits), logits)[0] < 0).all()


@pytest.mark.parametrize("loss", G_LOSSES + D_LOSSES)
def test_values_and_gradients_stay_finite_for_extreme_logits(loss: Callable[..., Tensor]) -> None:
    far = torch.tensor([1e4, -1e4], requires_grad=True)
    value = loss(far) if loss in G_LOSSES else loss(far, far.flip(0))
    assert value.isfinite()
    assert torch.autograd.grad(value, far)[0].isfinite().all()

"""Penalties on the slope of a network, where the slope is known."""

import math

import pytest
import torch
from torch import Tensor, nn

from models.objectives import gradient_penalty, path_length, r1, slope, wasserstein_d

SHAPE = (6, 2, 3, 3)


def noise(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


class Linear(nn.Module):
    """D(x) = w . x, of slope w everywhere."""

    def __init__(self, w: Tensor) -> None:
        super().__init__()
        self.w = nn.Parameter(w)

    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(1) @ self.w


class Quadratic(nn.Module):
    """D(x) = |x|^2 / 2, of slope x."""

    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(1).square().sum(dim=1) / 2


def test_gradient_penalty_of_a_linear_critic_is_lam_times_its_norm_less_one_squared() -> None:
    D = Linear(noise(18))
    norm = D.w.norm().item()
    x, fake, eps = noise(*SHAPE, seed=1), noise(*SHAPE, seed=2), torch.rand(6)
    assert gradient_penalty(D, x, fake, eps, lam=10.0).item() == pytest.approx(10 * (norm - 1) ** 2, rel=1e-5)


def test_a_critic_of_slope_one_pays_nothing() -> None:
    w = noise(2)
    assert gradient_penalty(Linear(w / w.norm()), noise(5, 2), noise(5, 2), torch.rand(5), lam=10.0).item() < 1e-10


def test_gradient_penalty_looks_between_data_and_samples() -> None:
    """Where |x| = 2 on data and |x| = 4 on samples, both one way, D = |x|^2 / 2 has slope 2 eps + 4 (1 - eps)."""
    x, eps = torch.tensor([[2.0, 0.0]] * 3), torch.tensor([1.0, 0.0, 0.5])
    expected = ((2 - 1) ** 2 + (4 - 1) ** 2 + (3 - 1) ** 2) / 3
    assert gradient_penalty(Quadratic(), x, 2 * x, eps, lam=1.0).item() == pytest.approx(expected)


def test_r1_of_a_linear_d_is_half_gamma_times_its_squared_norm() -> None:
    D = Linear(noise(18))
    expected = 10 / 2 * D.w.square().sum().item()
    assert r1(D, noise(*SHAPE, seed=1), gamma=10.0).item() == pytest.approx(expected, rel=1e-5)


def test_penalties_are_differentiated_a_second_time() -> None:
    """d/dw of both penalties of D(x) = w . x, by hand."""
    D, x = Linear(noise(2)), noise(5, 2, seed=1)
    w = D.w.detach()
    (of_gp,) = torch.autograd.grad(gradient_penalty(D, x, -x, torch.rand(5), lam=10.0), D.w)
    assert torch.allclose(of_gp, 20 * (w.norm() - 1) * w / w.norm(), rtol=1e-4)
    (of_r1,) = torch.autograd.grad(r1(D, x, gamma=3.0), D.w)
    assert torch.allclose(of_r1, 3 * w, rtol=1e-4)


def test_a_flat_critic_gives_finite_gradients() -> None:
    """|grad D| has no derivative at zero; a critic of dead units must not end in NaN."""
    D = Linear(torch.zeros(2))
    penalty = gradient_penalty(D, noise(5, 2), noise(5, 2, seed=1), torch.rand(5), lam=10.0)
    assert penalty.item() == pytest.approx(10)
    assert torch.autograd.grad(penalty, D.w)[0].isfinite().all()


def test_slopes_are_taken_in_full_precision_under_autocast() -> None:
    D = nn.Sequential(nn.Linear(4, 8), nn.Softplus(), nn.Linear(8, 1), nn.Flatten(0))
    x = noise(3, 4)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(slope(D, x), slope(D.float(), x))
        assert slope(D, x).dtype == torch.float32


def test_a_critic_under_the_penalty_measures_a_shift() -> None:
    """W_1 of two equal clouds 2 apart is 2. Without the penalty the estimate grows without bound."""
    torch.manual_seed(0)
    D = nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(D.parameters(), lr=3e-3, betas=(0.0, 0.9))
    generator = torch.Generator().manual_seed(1)

    def critic(x: Tensor) -> Tensor:
        scores: Tensor = D(x).squeeze(1)
        return scores

    estimates = []
    for _ in range(400):
        x, y = (0.1 * torch.randn(64, 2, generator=generator) for _ in range(2))
        y[:, 0] += 2
        loss = wasserstein_d(critic(x), critic(y))
        eps = torch.rand(64, generator=generator)
        optimizer.zero_grad()
        (loss + gradient_penalty(critic, x, y, eps, lam=10.0)).backward()
        optimizer.step()
        estimates.append(-loss.item())
    assert sum(estimates[-50:]) / 50 == pytest.approx(2, abs=0.2)


class LinearG(nn.Module):
    """G(w) = A w, folded into 1 x 2 x 4 pixels: J' y = A' y, whatever w is."""

    def __init__(self, A: Tensor) -> None:
        super().__init__()
        self.A = nn.Parameter(A)

    def forward(self, w: Tensor) -> Tensor:
        x: Tensor = (w @ self.A.T).unflatten(1, (1, 2, 4))
        return x


def test_path_length_of_a_linear_g_is_the_spread_of_its_lengths() -> None:
    """Where a is the mean length, eq. 4 is a variance, and a stays where it is."""
    G, w, y = LinearG(noise(8, 3)), noise(5, 3, seed=1), noise(5, 1, 2, 4, seed=2)
    lengths = (y.flatten(1) @ G.A.detach()).norm(dim=1)
    penalty, a = path_length(G, w, y, lengths.mean())
    assert penalty.item() == pytest.approx(lengths.var(correction=0).item(), rel=1e-4)
    assert a.item() == pytest.approx(lengths.mean().item())


def test_an_orthogonal_g_has_the_lengths_of_normal_vectors() -> None:
    """Karras et al. 2020, appendix C: for A' A = I, |A' y| is the length of a normal vector of dim(w): chi."""
    A, _ = torch.linalg.qr(noise(8, 3))
    _, a = path_length(LinearG(A), noise(20_000, 3), noise(20_000, 1, 2, 4, seed=1), torch.tensor(0.0), decay=0.0)
    assert a.item() == pytest.approx(math.sqrt(8 / math.pi), rel=0.01)  # the mean of chi with three degrees


def test_the_running_mean_moves_by_one_minus_decay_and_carries_no_graph() -> None:
    G, w, y = LinearG(noise(8, 3)), noise(5, 3, seed=1), noise(5, 1, 2, 4, seed=2)
    lengths = (y.flatten(1) @ G.A.detach()).norm(dim=1)
    penalty, a = path_length(G, w, y, torch.tensor(0.0), decay=0.9)
    assert a.item() == pytest.approx(0.1 * lengths.mean().item())
    assert penalty.item() == pytest.approx((lengths - a).square().mean().item())
    assert not a.requires_grad
    assert torch.autograd.grad(penalty, G.A)[0].abs().max() > 0

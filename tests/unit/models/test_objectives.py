import math

import pytest
import torch

from models.objectives import non_saturating_d, non_saturating_g


def test_optimal_d_on_two_gaussians_gives_log_4_minus_2_jsd() -> None:
    """Goodfellow et al. 2014, theorem 1, with the sign of a loss: L(D*) = log 4 - 2 JSD(p, q)."""
    generator = torch.Generator().manual_seed(0)
    n, shift = 400_000, 1.5
    x, y = torch.randn(n, generator=generator), torch.randn(n, generator=generator) + shift

    def log_ratio(t: torch.Tensor) -> torch.Tensor:
        return 0.5 * ((t - shift) ** 2 - t**2)  # log p - log q: the logit of D*

    t = torch.linspace(-10, 12, 200_001, dtype=torch.float64)
    p = torch.exp(-(t**2) / 2) / math.sqrt(2 * math.pi)
    q = torch.exp(-((t - shift) ** 2) / 2) / math.sqrt(2 * math.pi)
    m = (p + q) / 2
    jsd = 0.5 * torch.trapezoid(p * (p / m).log() + q * (q / m).log(), t).item()
    assert non_saturating_d(log_ratio(x), log_ratio(y)).item() == pytest.approx(math.log(4) - 2 * jsd, abs=5e-3)


def test_an_undecided_d_costs_log_4_and_gives_g_log_2() -> None:
    zero = torch.zeros(8)
    assert non_saturating_d(zero, zero).item() == pytest.approx(math.log(4))
    assert non_saturating_g(zero).item() == pytest.approx(math.log(2))


def test_g_keeps_a_gradient_where_d_is_sure_of_the_fake() -> None:
    logits = torch.full((4,), -20.0, requires_grad=True)
    (gradient,) = torch.autograd.grad(non_saturating_g(logits), logits)
    assert gradient == pytest.approx(torch.full((4,), -0.25))


def test_losses_stay_finite_for_extreme_logits() -> None:
    far = torch.tensor([1e4, -1e4])
    assert torch.isfinite(non_saturating_d(far, far))
    assert torch.isfinite(non_saturating_g(far))

"""Unrolling against torch's own Adam and against finite differences, in float64."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.optim import Adam

from models.lab.unrolling import flat, state_of, unroll
from models.objectives import non_saturating_d, non_saturating_g

RATES: dict[str, Any] = {"lr": 0.05, "betas": (0.5, 0.999)}


def players() -> tuple[nn.Module, nn.Module, Adam, Tensor, Tensor]:
    """G, D, D's optimiser after two steps, data and latents."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return built()


def built() -> tuple[nn.Module, nn.Module, Adam, Tensor, Tensor]:
    """The same, from torch's present seed."""
    G = nn.Linear(3, 2).double()
    D = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 1), nn.Flatten(0)).double()
    adam = Adam(D.parameters(), **RATES)
    x, z = torch.randn(5, 2, dtype=torch.float64), torch.randn(5, 3, dtype=torch.float64)
    for _ in range(2):
        adam.zero_grad()
        non_saturating_d(D(x), D(G(z).detach())).backward()
        adam.step()
    return G, D, adam, x, z


def seen_by(G: nn.Module, D: nn.Module, adam: Adam, x: Tensor, z: Tensor, *, k: int) -> Tensor:
    """G's loss under D after k steps that D does not take."""
    fake = G(z)
    ahead = unroll(D, adam, lambda d: non_saturating_d(d(x), d(fake)), k=k)
    return non_saturating_g(ahead(fake))


def test_the_pure_adam_takes_torchs_steps() -> None:
    weight = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64).requires_grad_()
    theirs = Adam([weight], **RATES)
    theta, state = weight.detach().clone(), state_of(theirs)
    for gradient in torch.tensor([[1.0, 0.0, -3.0], [0.5, 0.0, 2.0], [-4.0, 0.0, 1e-9]], dtype=torch.float64):
        weight.grad = gradient.clone()
        theirs.step()
        theta, state = state.step(theta, gradient)
        assert torch.allclose(theta, weight, rtol=0, atol=1e-9)
        assert torch.allclose(state_of(theirs).v, state.v)


@pytest.mark.parametrize("k", [0, 1, 4])
def test_d_is_seen_where_k_real_steps_would_take_it(k: int) -> None:
    G, D, adam, x, z = players()
    before, loss = flat([weight.detach().clone() for weight in D.parameters()]), seen_by(G, D, adam, x, z, k=k)
    assert torch.equal(flat(list(D.parameters())), before), "D itself stays"
    for _ in range(k):
        adam.zero_grad()
        non_saturating_d(D(x), D(G(z).detach())).backward()
        adam.step()
    assert loss.item() == pytest.approx(non_saturating_g(D(G(z))).item(), abs=1e-9)


@pytest.mark.parametrize("k", [1, 3])
def test_the_gradient_of_g_flows_through_the_steps_of_d(k: int) -> None:
    G, D, adam, x, z = players()
    weights = list(G.parameters())
    unrolled = flat(list(torch.autograd.grad(seen_by(G, D, adam, x, z, k=k), weights)))
    measured = differences(lambda: seen_by(G, D, adam, x, z, k=k).item(), weights)
    assert torch.allclose(unrolled, measured, rtol=1e-5, atol=1e-8)
    stopped = differences(lambda: non_saturating_g(D(G(z))).item(), weights)
    assert (unrolled - stopped).norm() > 0.05 * stopped.norm(), "and it is another one than without them"


def test_a_unit_that_never_had_a_gradient_leaves_the_gradient_finite() -> None:
    G, _, _, x, z = players()
    dead = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1), nn.Flatten(0)).double()
    nn.init.constant_(dead[0].bias, -100.0)  # type: ignore[arg-type]
    loss = seen_by(G, dead, Adam(dead.parameters(), **RATES), x, z, k=3)
    assert all(gradient.isfinite().all() for gradient in torch.autograd.grad(loss, list(G.parameters())))


def differences(loss: Callable[[], float], weights: Sequence[Tensor], *, h: float = 1e-6) -> Tensor:
    """Central differences of a loss in every weight."""
    slopes = []
    for weight in weights:
        for i in range(weight.numel()):
            values = []
            for move in (h, -2 * h):
                weight.data.view(-1)[i] += move
                values.append(loss())
            weight.data.view(-1)[i] += h
            slopes.append((values[0] - values[1]) / (2 * h))
    return torch.tensor(slopes, dtype=torch.float64)

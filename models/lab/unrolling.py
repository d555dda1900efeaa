"""Unrolled GANs: G looks k steps of D ahead (Metz et al. 2017, arXiv:1611.02163, section 2.2).

theta_D^{k+1} is one step of Adam from theta_D^k on D's loss, as in the authors' notebook, and G descends on
f(theta_G, theta_D^K(theta_G, theta_D)) through all of the steps. D's weights are one vector here: the arithmetic of
many small tensors would cost more than the network.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.func import functional_call

Weights = Float[Tensor, " p"]


@dataclass(frozen=True)
class AdamState:
    """Adam as a pure function (Kingma and Ba 2015, algorithm 1): every step is differentiable in the gradient."""

    t: int
    m: Weights
    v: Weights
    lr: float
    betas: tuple[float, float]
    eps: float

    def step(self, theta: Weights, gradient: Weights) -> tuple[Weights, "AdamState"]:
        """The next weights and the next state.

        eps^2 under the root leaves the step as it is and keeps the root's slope finite where no gradient ever came.
        """
        b1, b2 = self.betas
        t, m = self.t + 1, b1 * self.m + (1 - b1) * gradient
        v = b2 * self.v + (1 - b2) * gradient.square()
        root = (v / (1 - b2**t) + self.eps**2).sqrt()
        return theta - self.lr / (1 - b1**t) * m / (root + self.eps), replace(self, t=t, m=m, v=v)


def state_of(adam: torch.optim.Optimizer) -> AdamState:
    """Where a torch.optim.Adam with one group stands."""
    (group,) = adam.param_groups
    weights = group["params"]
    known = [adam.state[weight] for weight in weights if adam.state[weight]]
    zeros = torch.zeros(sum(weight.numel() for weight in weights), dtype=weights[0].dtype)
    return AdamState(
        t=int(known[0]["step"]) if known else 0,
        m=flat([each["exp_avg"] for each in known]) if known else zeros,
        v=flat([each["exp_avg_sq"] for each in known]) if known else zeros,
        lr=group["lr"],
        betas=group["betas"],
        eps=group["eps"],
    )


def flat(tensors: list[Tensor]) -> Weights:
    """One vector of all."""
    return torch.cat([tensor.reshape(-1) for tensor in tensors])


def shaped(network: nn.Module, theta: Weights) -> dict[str, Tensor]:
    """The vector as the network's named weights."""
    named = dict(network.named_parameters())
    pieces = theta.split([weight.numel() for weight in named.values()])
    return {name: piece.view_as(weight) for (name, weight), piece in zip(named.items(), pieces, strict=True)}


def unroll(
    D: nn.Module, adam: torch.optim.Optimizer, loss: Callable[[Callable[[Tensor], Tensor]], Tensor], *, k: int
) -> Callable[[Tensor], Tensor]:
    """D after k more steps on `loss`, as a function that carries the gradient of those steps. D itself stays."""
    theta = flat([weight.detach() for weight in D.parameters()]).requires_grad_()
    state = state_of(adam)

    def at(weights: Weights) -> Callable[[Tensor], Tensor]:
        named = shaped(D, weights)
        return lambda x: functional_call(D, named, (x,))

    for _ in range(k):
        (gradient,) = torch.autograd.grad(loss(at(theta)), theta, create_graph=True)
        theta, state = state.step(theta, gradient)
    return at(theta)

"""The losses of adversarial training, as pure functions.

Letters: D_real and D_fake are the discriminator's logits (the critic's scores) on data and on samples, shape b. Every
function is a loss, to be minimised: a paper's max is written here with its sign turned.
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as functional
from torch import Tensor

from models.tensors import Images, Labels, Latents, Logits, Scores

Data = Images | Latents  # pictures, or points of a space

UNIFORM_ENTROPY = math.log(2)  # of one code drawn from U(-1, 1), in nats
NORMAL_ENTROPY = 0.5 * math.log(2 * math.pi * math.e)  # of one code drawn from N(0, 1)


def minimax_g(D_fake: Scores) -> Tensor:
    """E log(1 - sigmoid(D(G(z)))): the game's own loss of G, flat where D is sure (Goodfellow et al. 2014, eq. 1)."""
    return -functional.softplus(D_fake).mean()


def non_saturating_d(D_real: Scores, D_fake: Scores) -> Tensor:
    """-E log sigmoid(D(x)) - E log(1 - sigmoid(D(G(z)))) (Goodfellow et al. 2014, eq. 1, on logits)."""
    return functional.softplus(-D_real).mean() + functional.softplus(D_fake).mean()


def non_saturating_g(D_fake: Scores) -> Tensor:
    """-E log sigmoid(D(G(z))) (Goodfellow et al. 2014, section 3)."""
    return functional.softplus(-D_fake).mean()


def hinge_d(D_real: Scores, D_fake: Scores) -> Tensor:
    """E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))) (Miyato et al. 2018, eq. 16)."""
    return functional.relu(1 - D_real).mean() + functional.relu(1 + D_fake).mean()


def hinge_g(D_fake: Scores) -> Tensor:
    """-E D(G(z)) (Miyato et al. 2018, eq. 17)."""
    return -D_fake.mean()


def wasserstein_d(D_real: Scores, D_fake: Scores) -> Tensor:
    """E D(G(z)) - E D(x): minus the estimate of W_1 by a 1-Lipschitz critic (Arjovsky et al. 2017, eq. 2)."""
    return D_fake.mean() - D_real.mean()


def wasserstein_g(D_fake: Scores) -> Tensor:
    """-E D(G(z)) (Arjovsky et al. 2017, theorem 3)."""
    return -D_fake.mean()


def least_squares_d(D_real: Scores, D_fake: Scores, *, a: float = 0.0, b: float = 1.0) -> Tensor:
    """E (D(x) - b)^2 / 2 + E (D(G(z)) - a)^2 / 2 (Mao et al. 2017, eq. 2); a, b as in its eq. 9."""
    return 0.5 * (D_real - b).square().mean() + 0.5 * (D_fake - a).square().mean()


def least_squares_g(D_fake: Scores, *, c: float = 1.0) -> Tensor:
    """E (D(G(z)) - c)^2 / 2 (Mao et al. 2017, eq. 2); c as in its eq. 9."""
    return 0.5 * (D_fake - c).square().mean()


def slope(D: Callable[[Data], Scores], x: Data) -> Data:
    """grad_x D(x), row by row, itself differentiable. D must not mix rows: no batch normalisation.

    Autocast is off within: a gradient of gradients does not survive half precision.
    """
    with torch.autocast(x.device.type, enabled=False):
        x = x.detach().requires_grad_()
        gradient: Data = torch.autograd.grad(D(x).sum(), x, create_graph=True)[0]
    return gradient


def gradient_penalty(D: Callable[[Data], Scores], x: Data, fake: Data, eps: Scores, *, lam: float) -> Tensor:
    """lam E (||grad D(x_hat)||_2 - 1)^2, x_hat = eps x + (1 - eps) fake (Gulrajani et al. 2017, eq. 3, algorithm 1).

    eps ~ U[0, 1), one number a row.
    """
    eps = eps.view(-1, *[1] * (x.ndim - 1))
    norms: Tensor = slope(D, eps * x + (1 - eps) * fake).flatten(1).norm(dim=1)
    return lam * (norms - 1).square().mean()


def r1(D: Callable[[Data], Scores], x: Data, *, gamma: float) -> Tensor:
    """gamma / 2 E ||grad D(x)||_2^2 on data (Mescheder et al. 2018, eq. 9)."""
    return gamma / 2 * slope(D, x).flatten(1).square().sum(dim=1).mean()


def path_length(
    G: Callable[[Latents], Images], w: Latents, y: Images, a: Tensor, *, decay: float = 0.99
) -> tuple[Tensor, Tensor]:
    """E (||J_w' y||_2 - a)^2 and the next a (Karras et al. 2020, eq. 4).

    y ~ N(0, 1) in every pixel; J_w' y is the gradient of G(w) . y. a is the running mean of the lengths, of this
    `decay`, with the present ones in it; the returned one is detached, for the next call.
    """
    with torch.autocast(w.device.type, enabled=False):
        w = w.detach().requires_grad_()
        lengths: Tensor = torch.autograd.grad((G(w) * y).sum(), w, create_graph=True)[0].norm(dim=1)
    a = decay * a + (1 - decay) * lengths.detach().mean()
    return (lengths - a).square().mean(), a


def categorical_bound(Q: Logits, c: Labels) -> Tensor:
    """E log Q(c | x) + H(c) <= I(c; x) in nats, c uniform over the k classes (Chen et al. 2016, eq. 5).

    To be maximised: G and Q minimise its negative.
    """
    return math.log(Q.shape[1]) - functional.cross_entropy(Q, c)


def gaussian_bound(mean: Latents, log_std: Latents, c: Latents, *, entropy: float) -> Tensor:
    """E log Q(c | x) + H(c) <= I(c; x) in nats, Q = N(mean, std^2) in each of the d codes (Chen et al. 2016, eq. 5).

    `entropy` is that of one code: UNIFORM_ENTROPY or NORMAL_ENTROPY. To be maximised, like `categorical_bound`.
    """
    log_q = -0.5 * ((c - mean) * torch.exp(-log_std)).square() - log_std - 0.5 * math.log(2 * math.pi)
    return log_q.sum(dim=1).mean() + entropy * c.shape[1]

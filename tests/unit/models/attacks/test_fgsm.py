"""FGSM against its formula, worked out by hand."""

import torch
from torch import nn

from models.attacks.fgsm import FGSM
from models.attacks.norms import L2_NORM
from models.attacks.rows import rows_of
from models.solver import solve
from models.tensors import Images, Logits
from models.victim import Bare
from tests.unit.models.attacks.world import images, rows, victim


class Linear(nn.Module):
    """z = W x: the gradient of the cross-entropy is W' (softmax(z) - e_y)."""

    def __init__(self) -> None:
        super().__init__()
        self.W = 4 * torch.randn(3, 36, generator=torch.Generator().manual_seed(0))

    def classify(self, x: Images) -> Logits:
        return x.flatten(1) @ self.W.T


def test_fgsm_is_x_plus_eps_sign_of_the_gradient_in_closed_form() -> None:
    network = Linear()
    x, _ = images(12)
    z = network.classify(x)
    y = z.argmax(dim=1)
    gradient = (z.softmax(dim=1) - nn.functional.one_hot(y, 3)) @ network.W
    ours = solve(FGSM(Bare(network)), rows_of(x, y, eps=8, steps=1))
    expected = (x + 8 / 255 * gradient.sign().view_as(x)).clamp(0, 1)
    assert torch.allclose(ours.x, expected, atol=1e-6)
    assert (ours.x * 255).round().equal((expected * 255).round())


def test_fgm_is_one_step_of_length_eps_along_the_gradient() -> None:
    network = Linear()
    x = 0.2 + 0.6 * images(12)[0]  # far from the box
    z = network.classify(x)
    y = z.argmax(dim=1)
    gradient = (z.softmax(dim=1) - nn.functional.one_hot(y, 3)) @ network.W
    some = rows_of(x, y, eps=30, steps=1)
    ours = solve(FGSM(Bare(network), L2_NORM), some)
    expected = 30 / 255 * nn.functional.normalize(gradient)
    assert ((ours.x - some.x).flatten(1) - expected).abs().max() < 1.01 / 255


def test_one_gradient_and_three_looks_are_all_it_takes() -> None:
    outcome = solve(FGSM(victim()), rows(4))
    assert (outcome.forwards[:3].tolist(), outcome.backwards[:3].tolist()) == ([3] * 3, [1] * 3)

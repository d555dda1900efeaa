"""A row's Adam is torch's, whatever its neighbours' clocks say."""

import torch
from torch import Tensor

from models.adam import Moments, adam, unmoved
from models.solver import join, take


def walked(x: Tensor, gradients: Tensor) -> Tensor:
    """torch.optim.Adam, at a rate of one hundredth."""
    w = x.clone().requires_grad_()
    optimizer = torch.optim.Adam([w], lr=0.01)
    for gradient in gradients:
        w.grad = gradient.clone()
        optimizer.step()
    return w.detach()


def test_steps_are_those_of_torch() -> None:
    torch.manual_seed(0)
    x, gradients = torch.randn(3, 2, 4), torch.randn(12, 3, 2, 4)
    w, moments = x, unmoved(x)
    for gradient in gradients:
        moments, step = adam(moments, gradient)
        w = w - 0.01 * step
    torch.testing.assert_close(w, walked(x, gradients), atol=1e-6, rtol=1e-5)
    assert moments.t.tolist() == [12, 12, 12]


def test_a_row_that_joins_later_has_its_own_clock() -> None:
    torch.manual_seed(0)
    gradients = torch.randn(6, 2, 5)
    old: Moments = unmoved(torch.zeros(1, 5))
    for gradient in gradients[:3]:
        old, _ = adam(old, gradient[:1])
    both, step = adam(join([old, unmoved(torch.zeros(1, 5))]), gradients[3])
    assert both.t.tolist() == [4, 1]
    _, alone = adam(old, gradients[3, :1])
    assert torch.equal(step[:1], alone)
    torch.testing.assert_close(step[1], gradients[3, 1].sign(), atol=1e-5, rtol=0)  # the first step has length one
    assert take(both, torch.tensor([1])).t.tolist() == [1]

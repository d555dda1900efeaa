"""How many photographs are fooled within a radius."""

import pytest
import torch
from torch import Tensor, nn

from benchmarks.photographs import ATTACKS, fooled
from models.victim import Bare


class Brightness(nn.Module):
    """Class 1 above half of the mean brightness, class 0 below."""

    def classify(self, x: Tensor) -> Tensor:
        """b 2."""
        bright = 100 * (x.mean(dim=(1, 2, 3)) - 0.5)
        return torch.stack([-bright, bright], dim=1)


@pytest.mark.parametrize(("name", "steps"), ATTACKS)
def test_those_are_fooled_that_are_no_further_from_the_border_than_eps(name: str, steps: int) -> None:
    x = torch.tensor([128, 129, 130, 131]).float()[:, None, None, None].expand(4, 3, 8, 8) / 255
    y = torch.ones(4, dtype=torch.int64)
    victim = Bare(Brightness())
    assert [fooled(victim, x, y, name=name, steps=steps, eps=eps) for eps in (1, 2, 3, 4)] == [1, 2, 3, 4]

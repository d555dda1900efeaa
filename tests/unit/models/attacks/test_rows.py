import math

import pytest
import torch

from models.attacks.rows import ANY, margin, rows_of
from models.errors import AttackInvalid
from models.lattice import quantised
from tests.unit.models.attacks.world import images, rows


def test_eps_is_floored_to_whole_steps_of_8_bits() -> None:
    x, y = images(2)
    assert rows_of(x, y, eps=0.3 * 255, steps=1).eps.tolist() == [76, 76]
    assert rows_of(x, y, eps=math.inf, steps=1).eps.tolist() == [math.inf, math.inf]


def test_images_are_taken_as_8_bits_show_them() -> None:
    x, y = images(2)
    assert torch.equal(rows_of(x + 0.001, y, eps=1, steps=1).x, quantised(x))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"eps": 0.9}, "eps is 0.9 steps of 1/255"),
        ({"eps": 0}, "eps is 0 "),
        ({"eps": -3}, "eps is -3 "),
        ({"eps": math.nan}, "eps is nan"),
        ({"steps": 0}, "steps is 0"),
        ({"target": torch.tensor([1, 1])}, "row 1: target 1 is its label already"),
    ],
)
def test_what_cannot_be_attacked_is_refused_in_words(options: dict[str, object], message: str) -> None:
    x, y = images(2)
    with pytest.raises(AttackInvalid, match=message):
        rows_of(x, y, **({"eps": 1, "steps": 1} | options))  # type: ignore[arg-type]


def test_the_margin_is_above_zero_where_the_goal_is_reached() -> None:
    logits = torch.tensor([[3.0, 1, 2, 0], [0, 5, 6, 0]])
    free, aimed = rows(2), rows(2, targeted=True)
    free.y[:], free.target[:] = torch.tensor([0, 1]), ANY
    aimed.y[:], aimed.target[:] = torch.tensor([0, 1]), torch.tensor([2, 3])
    assert margin(logits, free).tolist() == [-1, 1]
    assert margin(logits, aimed).tolist() == [-1, -6]

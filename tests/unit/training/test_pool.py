"""The image pool, and images mirrored together with what belongs to them."""

import torch

from training.mirror import mirrored
from training.pool import ImagePool
from training.randomness import Draw, seed_step

CPU = torch.device("cpu")


def draw(step: int) -> Draw:
    return seed_step(seed=0, step=step, rank=0, device=CPU)


def numbered(*values: int) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float32).view(-1, 1, 1, 1)


def test_a_pool_that_is_not_full_gives_back_what_it_takes_in() -> None:
    pool = ImagePool(4, (1, 1, 1))
    assert pool.exchange(numbered(1, 2, 3), draw(0)).flatten().tolist() == [1, 2, 3]
    assert int(pool.held) == 3


def test_a_full_pool_gives_back_old_images_about_half_of_the_time_and_loses_none() -> None:
    pool = ImagePool(10, (1, 1, 1))
    pool.exchange(numbered(*range(10)), draw(0))
    given = []
    for step in range(50):
        new = numbered(*range(10 + 4 * step, 14 + 4 * step))
        given += pool.exchange(new, draw(step + 1)).flatten().tolist()
    old = sum(value not in range(10 + 4 * (i // 4), 14 + 4 * (i // 4)) for i, value in enumerate(given))
    assert 60 < old < 140
    everything = sorted([*given, *pool.images.flatten().tolist()])
    assert everything == sorted([*range(210)])


def test_a_pool_of_none_passes_everything_on() -> None:
    assert ImagePool(0, (1, 1, 1)).exchange(numbered(1, 2), draw(0)).flatten().tolist() == [1, 2]


def test_the_state_of_a_pool_is_the_state_of_the_run() -> None:
    pool, other = ImagePool(3, (1, 1, 1)), ImagePool(3, (1, 1, 1))
    pool.exchange(numbered(1, 2, 3), draw(0))
    other.load_state_dict(pool.state_dict())
    assert torch.equal(pool.exchange(numbered(4, 5), draw(1)), other.exchange(numbered(4, 5), draw(1)))


def test_rows_are_turned_round_with_what_belongs_to_them() -> None:
    x = torch.arange(40.0).view(10, 1, 1, 4)
    m = torch.arange(40).view(10, 1, 4)
    a, b = mirrored(draw(3), x, m)
    assert torch.equal(a[:, 0].long(), b)
    turned = [not torch.equal(before, after) for before, after in zip(x, a, strict=True)]
    assert 0 < sum(turned) < 10
    for before, after, was in zip(x, a, turned, strict=True):
        assert torch.equal(after, before.flip(-1) if was else before)

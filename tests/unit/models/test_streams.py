import pytest
import torch

from models.streams import bits, fold, keys, normal, uniform


def test_the_outputs_are_those_of_splitmix64() -> None:
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    ours = [number % 2**64 for number in bits(torch.tensor([1234567]), 4)[0].tolist()]
    assert ours == published


def test_a_row_does_not_depend_on_the_rows_around_it() -> None:
    key = keys(7, range(20))
    for draw in (uniform, normal):
        many = draw(key, [3, 11])
        assert many.shape == (20, 3, 11)
        assert torch.equal(many[5:7], draw(keys(7, [5, 6]), [3, 11]))


def test_rows_seeds_and_folds_are_different_streams() -> None:
    streams = torch.cat([keys(seed, range(50)) for seed in (0, 1, 2**32, 2**53 - 1)])
    streams = torch.cat([streams, *(fold(streams, number) for number in (-2, -1, 0, 1, 5))])
    drawn = uniform(streams, [64])
    assert len({tuple(row) for row in drawn.tolist()}) == len(streams) == 1200
    assert torch.corrcoef(drawn[:300]).fill_diagonal_(0).abs().max() < 0.65


def test_numbers_are_folded_in_row_by_row() -> None:
    key = keys(0, range(4))
    assert torch.equal(fold(key, torch.tensor([3, 1, 3, 9]))[[0, 2]], fold(key, 3)[[0, 2]])


def test_the_distributions_are_what_they_are_called() -> None:
    u, z = uniform(keys(0, range(100)), [1000]), normal(keys(0, range(100)), [1000])
    assert u.min() >= 0
    assert u.max() < 1
    assert (u.mean().item(), u.var().item()) == pytest.approx((0.5, 1 / 12), abs=2e-3)
    assert (z.mean().item(), z.var().item(), (z**4).mean().item()) == pytest.approx((0, 1, 3), abs=0.1)
    assert z.abs().max() < 6

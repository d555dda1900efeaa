from time import sleep
from typing import cast

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from app.engine.buckets import Buckets, measure, powers
from app.engine.device import computing
from models.capabilities import Sampler
from models.registry import FAMILIES, family

CPU = torch.device("cpu")
X = torch.rand(16, 3, generator=torch.Generator().manual_seed(0))


@given(sizes=st.sets(st.integers(0, 8), min_size=1), pads=st.booleans(), waiting=st.integers(1, 1000))
def test_a_batch_takes_what_fits_and_runs_at_a_size_of_its_own(sizes: set[int], pads: bool, waiting: int) -> None:
    buckets = Buckets(tuple(sorted(2**size for size in sizes)), pads)
    taken = buckets.take(waiting)
    assert 1 <= taken <= waiting
    assert buckets.run(taken) in buckets.sizes
    assert buckets.run(taken) >= taken
    if not pads and waiting >= buckets.sizes[0]:
        assert buckets.run(taken) == taken


def test_powers_end_at_the_limit() -> None:
    assert (powers(1), powers(7), powers(8)) == ([1], [1, 2, 4], [1, 2, 4, 8])


def test_every_size_whose_rows_are_the_same_is_used() -> None:
    assert measure(torch.exp, (X,), limit=16, pads=False) == Buckets((1, 2, 4, 8, 16), pads=False)


def test_a_size_whose_rows_come_out_differently_is_not_used() -> None:
    def fickle(x: Tensor) -> Tensor:
        return x + 1e-7 * (len(x) in (4, 8))

    assert measure(fickle, (X,), limit=16, pads=False).sizes == (1, 2, 16)


def test_a_size_that_agrees_in_some_rows_by_chance_is_not_used() -> None:
    def fickle(x: Tensor) -> Tensor:
        return x + 1e-7 * (len(x) > 1) * (x[:, :1] == X[9, 0])

    assert measure(fickle, (X,), limit=4, pads=False).sizes == (1,)


def test_where_padding_is_cheap_the_largest_batch_is_the_measure() -> None:
    def fickle(x: Tensor) -> Tensor:
        return x + 1e-7 * (len(x) < 8)

    assert measure(fickle, (X,), limit=16, pads=True) == Buckets((8, 16), pads=True)


def test_a_slow_network_gets_small_batches() -> None:
    def slow(x: Tensor) -> Tensor:
        sleep(0.004 * len(x))
        return x

    assert measure(slow, (X,), limit=16, pads=False, turn=0.02).sizes[-1] <= 4
    assert measure(slow, (X,), limit=16, pads=False, turn=0.001).sizes == (1,)


def build(name: str) -> nn.Module:
    """A family's network at its default config."""
    chosen = family(name)
    network: nn.Module = chosen.build(chosen.config())
    return network


SAMPLERS = [each.name for each in FAMILIES if isinstance(build(each.name), Sampler)]


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_row_has_the_same_bits_in_every_batch_that_is_used(name: str) -> None:
    torch.manual_seed(0)
    network = cast(Sampler, build(name).eval().to(memory_format=torch.channels_last))  # type: ignore[call-overload]
    psi = torch.linspace(1, 0, 16)
    with computing(CPU):
        sizes = measure(network.sample, (network.prior.draw(seed=0, rows=range(16)), psi), limit=16, pads=False).sizes
        z = network.prior.draw(seed=1, rows=range(16))  # rows, places and neighbours that were not measured
        alone = torch.cat([network.sample(z[i : i + 1], psi[i : i + 1]) for i in range(16)])
        for size in sizes:
            for start in (0, 16 - size):
                rows = slice(start, start + size)
                assert torch.equal(network.sample(z[rows], psi[rows]), alone[rows])

import math

import numpy as np
import pytest
import torch

from models.codes import Code, code_named
from models.errors import CodeInvalid, CodeUnknown, LatentInvalid
from models.priors import CodedPrior, NormalPrior, contract

DIGIT = Code("digit", tuple("0123456789"))
HAIR = Code("hair", ("long", "short"), shares=(0.9, 0.1))
SLANT = Code("slant")
PRIOR = CodedPrior(5, (DIGIT, SLANT, HAIR))


def test_a_latent_is_noise_and_then_the_columns_of_each_code() -> None:
    z = PRIOR.draw(seed=3, rows=range(50))
    assert z.shape == (50, 5 + 10 + 1 + 2)
    for name, width in (("digit", 10), ("slant", 1), ("hair", 2)):
        assert z[:, PRIOR.columns(name)].shape == (50, width)
    assert torch.equal(z[:, PRIOR.columns("digit")].sum(dim=1), torch.ones(50))
    assert z[:, PRIOR.columns("slant")].abs().max() <= 1


def test_noise_is_that_of_the_normal_prior_so_a_seed_keeps_its_style() -> None:
    assert torch.equal(PRIOR.draw(seed=3, rows=[4])[:, :5], NormalPrior(5).draw(seed=3, rows=[4]))


def test_values_come_by_their_shares() -> None:
    z = PRIOR.draw(seed=0, rows=range(2000))
    assert z[:, PRIOR.columns("hair")].mean(dim=0).tolist() == pytest.approx([0.9, 0.1], abs=0.02)
    assert z[:, PRIOR.columns("digit")].mean(dim=0).tolist() == pytest.approx([0.1] * 10, abs=0.025)


def test_no_rows_is_an_empty_tensor() -> None:
    assert PRIOR.draw(seed=0, rows=[]).shape == (0, 18)


def test_choosing_writes_one_code_and_leaves_the_rest() -> None:
    z = PRIOR.draw(seed=1, rows=range(3))
    chosen = PRIOR.choose(z, {"digit": [7, "0", 9], "slant": [-1, 0.5, 1]})
    assert chosen[:, PRIOR.columns("digit")].argmax(dim=1).tolist() == [7, 0, 9]
    assert chosen[:, PRIOR.columns("slant")].flatten().tolist() == [-1, 0.5, 1]
    for untouched in (slice(0, 5), PRIOR.columns("hair")):
        assert torch.equal(chosen[:, untouched], z[:, untouched])
    assert z[:, PRIOR.columns("slant")].flatten().tolist() != [-1, 0.5, 1]


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("digit", "ten", "0, 1, 2"),
        ("digit", 10, "8, 9"),
        ("digit", math.nan, "nan"),
        ("slant", 1.1, "1.1"),
        ("slant", math.nan, "nan"),
        ("slant", "much", "'much'"),
    ],
)
def test_a_value_a_code_cannot_take_is_refused(name: str, value: str | int | float, named: str) -> None:
    with pytest.raises(CodeInvalid, match=named):
        PRIOR.choose(PRIOR.draw(seed=0, rows=[0]), {name: [value]})


def test_an_unknown_code_is_answered_with_the_known_ones() -> None:
    with pytest.raises(CodeUnknown, match="'beard'; known: digit, slant, hair"):
        PRIOR.choose(PRIOR.draw(seed=0, rows=[0]), {"beard": ["long"]})
    with pytest.raises(CodeUnknown, match="known: none"):
        code_named((), "digit")


def test_a_value_for_each_row() -> None:
    with pytest.raises(LatentInvalid, match="2 values for 3 rows"):
        PRIOR.choose(PRIOR.draw(seed=0, rows=range(3)), {"digit": [1, 2]})


def test_truncation_contracts_the_noise_alone() -> None:
    z = PRIOR.draw(seed=0, rows=range(2))
    short = contract(z, torch.tensor([0.5, 0.0]), dim=PRIOR.dim)
    assert torch.equal(short[0, :5], z[0, :5] / 2)
    assert not short[1, :5].any()
    assert torch.equal(short[:, 5:], z[:, 5:])


def test_a_draw_at_the_last_edge_is_the_last_value() -> None:
    class Edge(np.random.Generator):
        def uniform(self, low: float, high: float) -> float:  # type: ignore[override]
            assert low == 0
            return float(np.nextafter(high, 2 * high))

    columns = np.zeros(2, np.float32)
    HAIR.draw(Edge(np.random.Philox(0)), columns)
    assert columns.tolist() == [0, 1]

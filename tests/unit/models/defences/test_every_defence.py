"""What holds for every defence of the registry."""

import pytest
import torch

from models.defences.defended import Defended
from models.defences.registry import DEFENCES, DefenceKind, defence
from models.errors import DefenceInvalid
from models.streams import keys
from models.victim import ask, look
from tests.unit.models.attacks.world import images, victim

each = pytest.mark.parametrize("kind", DEFENCES, ids=lambda kind: kind.name)


@each
def test_a_row_is_cleaned_by_its_own_key_alone(kind: DefenceKind) -> None:
    x, _ = images(6)
    key = keys(0, range(6))
    cleaned = kind.build().cleaned(x, key)
    assert cleaned.shape == x.shape
    assert not torch.equal(cleaned, x)
    assert torch.equal(kind.build().cleaned(x[2:4], key[2:4]), cleaned[2:4])
    assert torch.equal(kind.build().cleaned(x, keys(1, range(6))), cleaned) != kind.random


@each
def test_a_gradient_goes_through_it(kind: DefenceKind) -> None:
    x, y = images(6)
    behind = Defended(victim(), kind.build())
    seen = look(behind, x, keys(0, range(6)), lambda logits: logits.gather(1, y[:, None]).squeeze(1))
    assert (seen.gradient.flatten(1).norm(dim=1) > 0.1).all()
    assert torch.equal(seen.logits, ask(behind, x, keys(0, range(6))))


@each
def test_it_bounds_its_parameter_and_cites_its_paper(kind: DefenceKind) -> None:
    assert kind.paper.startswith("arXiv:")
    for value in (kind.low, kind.default, kind.high):
        assert kind.build(value)
    for value in (kind.low - 1, kind.high + 1, float("nan")):
        with pytest.raises(DefenceInvalid, match=f"{kind.name}: {kind.parameter} is"):
            kind.build(value)


def test_a_defence_that_there_is_not_is_refused_by_name() -> None:
    assert defence("jpeg").title == "JPEG"
    with pytest.raises(DefenceInvalid, match="no defence is named 'jpg'; known: jpeg, bit-depth, noise"):
        defence("jpg")

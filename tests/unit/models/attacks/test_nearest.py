"""Attacks that look for the smallest perturbation, on a classifier whose borders are planes."""

import math

import pytest
import torch
from torch import Tensor, nn

from models.attacks.carlini_wagner import CarliniWagner
from models.attacks.ddn import DDN
from models.attacks.deepfool import DeepFool
from models.attacks.nearest import Polished
from models.attacks.norms import L2_NORM, LINF, NORMS, Norm
from models.attacks.registry import attack
from models.attacks.rows import Rows, rows_of
from models.errors import AttackInvalid
from models.lattice import quantised
from models.solver import solve
from models.tensors import Images, Labels, Logits
from models.victim import Bare
from tests.unit.models.attacks.world import rows, victim


class Planes(nn.Module):
    """z = W x + b."""

    def __init__(self) -> None:
        super().__init__()
        self.W = torch.randn(4, 64, generator=torch.Generator().manual_seed(0))

    def classify(self, x: Images) -> Logits:
        return (x.flatten(1) - 0.5) @ self.W.T


PLANES = Planes()


def planes(n: int = 4) -> Rows:
    """Images around grey, far from the box and some steps of 1/255 a pixel from the borders."""
    noise = 0.03 * torch.randn(n, 64, generator=torch.Generator().manual_seed(1))
    x = quantised((0.5 + 0.06 * PLANES.W[torch.arange(n) % 4] + noise).view(n, 1, 8, 8))
    return rows_of(x, label(x), eps=math.inf, steps=60)


def label(x: Images) -> Labels:
    return PLANES.classify(x).argmax(dim=1)


def to_the_border(some: Rows, norm: Norm) -> Tensor:
    """The distance to the nearest plane, in closed form: |f| / the dual norm of w."""
    z = PLANES.classify(some.x)
    f = z.gather(1, some.y[:, None]) - z
    w = PLANES.W[some.y][:, None] - PLANES.W[None]
    dual = w.norm(dim=2) if norm is L2_NORM else w.abs().sum(dim=2)
    return (f / dual).scatter(1, some.y[:, None], math.inf).amin(dim=1)


@pytest.mark.parametrize("name", ["ddn", pytest.param("cw", marks=pytest.mark.slow), "deepfool"])
def test_the_nearest_8_bit_image_beyond_the_nearest_plane_is_found(name: str) -> None:
    some = planes()
    outcome = solve(attack(name).solver(Bare(PLANES), "l2"), some)
    ratio = L2_NORM.length(outcome.x - some.x) / to_the_border(some, L2_NORM)
    assert outcome.success.all()
    assert ratio.min() > 1 - 1e-4
    assert ratio.median() < 1.05


def test_deepfool_knows_the_nearest_plane_in_linf() -> None:
    some = planes()
    outcome = solve(attack("deepfool").solver(Bare(PLANES), "linf"), some)
    steps = (LINF.length(outcome.x - some.x) * 255).round()
    assert outcome.success.all()
    assert (steps <= (to_the_border(some, LINF) * 255).floor() + 1).all(), "the next whole step of 1/255"


@pytest.mark.parametrize("norm", NORMS, ids=lambda norm: norm.name)
def test_what_is_further_than_eps_is_no_success(norm: Norm) -> None:
    some = rows(8, eps=3, steps=20)
    outcome = solve(attack("deepfool").solver(victim(), norm.name), some)
    assert not outcome.success.any()
    assert (outcome.margin[:-1] > 0).all(), "though it is adversarial"


@pytest.mark.parametrize("build", [DDN, DeepFool])
def test_polishing_only_comes_nearer(build: type) -> None:
    class Rough(Polished):
        """Ends with what the attack found."""

        def done(self, state: object) -> Tensor:
            return self.attack.done(state.approach)  # type: ignore[attr-defined]

    some = rows(8, eps=1000, steps=15)
    rough, fine = (solve(kind(build(victim()), victim(), L2_NORM), some) for kind in (Rough, Polished))
    assert (L2_NORM.length(fine.x - some.x) <= L2_NORM.length(rough.x - some.x)).all()
    assert (fine.x != rough.x).any()
    assert torch.equal(fine.success, rough.success)


def test_cw_moves_pixels_that_are_exactly_0_or_1() -> None:
    some = planes(2)
    ends = quantised((some.x > 0.5).float())
    binary = rows_of(ends, label(ends), eps=math.inf, steps=60)
    cw = CarliniWagner(Bare(PLANES), searches=2, c=1.0, rate=0.1)
    outcome = solve(Polished(cw, Bare(PLANES), L2_NORM), binary)
    assert outcome.success.all()
    assert ((outcome.x != ends).flatten(1).float().mean(dim=1) > 0.2).all()


def test_deepfool_takes_no_target() -> None:
    with pytest.raises(AttackInvalid, match="takes no target"):
        solve(attack("deepfool").solver(victim(), "l2"), rows(4, targeted=True))

"""PGD keeps its best image, restarts row by row, and stops when a row is done."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from models.attacks.fgsm import FGSM
from models.attacks.losses import cross_entropy, dlr, margin_loss
from models.attacks.norms import L2_NORM, LINF, Norm
from models.attacks.pgd import PGD
from models.attacks.rows import rows_of
from models.solver import solve, take
from models.tensors import Images, Logits
from models.victim import Bare
from tests.unit.models.attacks.world import images, rows, victim


def test_one_step_of_full_length_is_fgsm() -> None:
    some = rows(24, eps=50, steps=1)
    one = solve(PGD(victim(), pace=1.0, random=False), some)
    assert torch.equal(one.x, solve(FGSM(victim()), some).x)


def test_more_steps_are_never_weaker() -> None:
    margins = []
    for steps in (2, 4, 8, 16):
        some = rows(24, eps=35, steps=steps, kappa=math.inf)
        fixed = PGD(victim(), pace=steps / 8, random=False)  # the same alpha whatever the number of steps
        margins.append(solve(fixed, some).margin[:-1])
    assert all((later >= earlier).all() for earlier, later in pairwise(margins))


def test_the_best_of_all_looks_comes_back_not_the_last() -> None:
    wild = PGD(victim(), pace=60.0, random=False)
    long, short = (solve(wild, rows(24, eps=30, steps=steps, kappa=math.inf)) for steps in (10, 1))
    assert (long.margin >= short.margin - 1e-4).all()


def test_restarts_are_a_rows_own_and_end_with_success() -> None:
    some = rows(24, eps=38, steps=4)
    once, often = solve(PGD(victim()), some), solve(PGD(victim(), restarts=4), some)
    assert torch.equal(often.forwards[once.success], once.forwards[once.success]), "who is done does not start again"
    assert (often.success >= once.success).all()
    failed = ~often.success & ~often.wrong
    assert failed.any()
    assert (often.forwards[failed] == 1 + 4 * 5).all()
    assert (often.margin[failed] >= once.margin[failed]).all()


def test_kappa_goes_on_beyond_the_border() -> None:
    some = rows(24, eps=60, steps=20)
    quick, sure = solve(PGD(victim()), some), solve(PGD(victim()), replace(some, kappa=some.kappa + 2))
    assert (sure.forwards[quick.success] > quick.forwards[quick.success]).any()
    assert sure.margin[:-1].median() > 2 > quick.margin[:-1].median()


class Saturated:
    """A classifier so sure of itself that its softmax has no gradient left."""

    def classify(self, x: Images) -> Logits:
        return 2000 * victim().classifier.classify(x)


def test_the_margin_has_a_gradient_where_the_cross_entropy_has_none() -> None:
    some = rows(24, eps=60, steps=20)
    success = {
        loss: int(solve(PGD(Bare(Saturated()), loss=loss, random=False), some).success.sum())
        for loss in (cross_entropy, margin_loss, dlr)
    }
    assert success[cross_entropy] == 0
    assert min(success[margin_loss], success[dlr]) >= 20


def test_the_ratio_of_logits_has_no_scale_and_is_signed_like_the_margin() -> None:
    logits = torch.randn(24, 4, generator=torch.Generator().manual_seed(0))
    for targeted in (False, True):
        some = rows(24, targeted=targeted)
        assert torch.allclose(dlr(logits, some), dlr(100 * logits, some), rtol=1e-4)
        if not targeted:
            assert torch.equal(dlr(logits, some) > 0, margin_loss(logits, some) > 0)
    y, target = torch.tensor([0]), torch.tensor([1])
    some = rows_of(images(1)[0], y, eps=1, steps=1, target=target)
    z = torch.tensor([[5.0, 2, 4, 1]])
    assert dlr(z, some).item() == torch.tensor((2 - 5) / (5 - (2 + 1) / 2)).item(), "eq. 7"
    free = rows_of(images(1)[0], y, eps=1, steps=1)
    assert dlr(z, free).item() == torch.tensor(-(5 - 4) / (5 - 2)).item(), "eq. 6"


def test_both_norms_climb() -> None:
    for norm, eps in ((LINF, 40), (L2_NORM, 250)):
        some = rows(24, eps=eps, steps=10, kappa=math.inf)
        assert (solve(PGD(victim(), norm), some).margin > solve(FGSM(victim(), norm), some).margin).float().mean() > 0.5


@pytest.mark.parametrize("norm", [LINF, L2_NORM], ids=["linf", "l2"])
def test_the_8_bit_image_is_the_same_alone_and_among_seven_without_blocks_too(norm: Norm) -> None:
    some = rows(7, eps=60 if norm is LINF else 260, steps=8, seed=3)
    together = solve(PGD(victim(), norm, restarts=2), some)
    for row in range(7):
        alone = solve(PGD(victim(), norm, restarts=2), take(some, torch.tensor([row])))
        assert torch.equal(alone.x[0], together.x[row])

"""AUROC, AP and PRO against closed forms and values worked out by hand."""

import math

import pytest
import torch
from torch import Tensor

from training.metrics.detection import OneSided, area, auroc, average_precision, dice_at, pro


def pairs(*both: tuple[float, int]) -> tuple[Tensor, Tensor]:
    return torch.tensor([score for score, _ in both]), torch.tensor([bool(truth) for _, truth in both])


def test_by_hand() -> None:
    """Anomalies at .8, .4, .35 and normals at .9 and .1: of six pairs three are in order; precision 1/2, 2/3, 3/4."""
    scores, truth = pairs((0.9, 0), (0.8, 1), (0.4, 1), (0.35, 1), (0.1, 0))
    assert auroc(scores, truth) == pytest.approx(3 / 6)
    assert average_precision(scores, truth) == pytest.approx((1 / 2 + 2 / 3 + 3 / 4) / 3)


def test_ties_count_half_and_are_taken_together() -> None:
    scores, truth = pairs((1, 1), (1, 0), (0, 1), (0, 0), (0, 0))
    # pairs: (1,1) 1/2, (1,0) twice 1, (0,1) 0, (0,0) twice 1/2
    assert auroc(scores, truth) == pytest.approx((0.5 + 2 + 0 + 1) / 6)
    assert average_precision(scores, truth) == pytest.approx(0.5 * 1 / 2 + 0.5 * 2 / 5)
    assert auroc(torch.zeros(5), truth) == 0.5
    assert average_precision(torch.zeros(5), truth) == pytest.approx(2 / 5)


def test_two_normal_distributions_have_the_auroc_of_their_distance() -> None:
    """P(N(d, 1) > N(0, 1)) = Phi(d / sqrt 2)."""
    draw = torch.Generator().manual_seed(0)
    n, d = 20_000, 1.5
    scores = torch.cat([torch.randn(n, generator=draw), torch.randn(n, generator=draw) + d])
    truth = torch.arange(2 * n) >= n
    expected = 0.5 * (1 + math.erf(d / 2))
    assert auroc(scores, truth) == pytest.approx(expected, abs=4 * 0.5 / math.sqrt(n))
    assert auroc(-scores, truth) == pytest.approx(1 - auroc(scores, truth))


def test_nothing_to_tell_apart_is_refused() -> None:
    for truth in (torch.zeros(3, dtype=torch.bool), torch.ones(3, dtype=torch.bool)):
        with pytest.raises(OneSided, match="nothing to tell apart"):
            auroc(torch.rand(3), truth)
    with pytest.raises(OneSided, match="0 regions"):
        pro(torch.rand(1, 4, 4), torch.zeros(1, 4, 4, dtype=torch.bool))


def field() -> Tensor:
    """Two regions of 1 and of 4 pixels in 25."""
    mask = torch.zeros(1, 5, 5, dtype=torch.bool)
    mask[0, 0, 0] = True
    mask[0, 3:, 3:] = True
    return mask


def test_pro_weighs_regions_alike_whatever_their_size() -> None:
    mask = field()
    assert pro(mask.float(), mask) == pytest.approx(1.0)
    large = mask.float()
    large[0, 0, 0] = 0  # found is the large one; the small one comes with all normal pixels at once, at a rate of 1
    # at a rate r in [0, .3] the line from (0, 1/2) to (1, 1): mean 1/2 + .3 / 4
    assert pro(large, mask) == pytest.approx(0.5 + 0.3 / 4)
    assert pro(torch.zeros(1, 5, 5), mask) == pytest.approx(0.3 / 2)


def test_pro_of_chance_is_half_of_its_limit() -> None:
    draw = torch.Generator().manual_seed(1)
    masks = torch.zeros(40, 32, 32, dtype=torch.bool)
    masks[:, 8:24, 8:24] = True
    assert pro(torch.rand(masks.shape, generator=draw), masks) == pytest.approx(0.15, abs=0.01)


def test_an_area_ends_between_two_points() -> None:
    x, y = torch.tensor([0.0, 0.2, 1.0]).double(), torch.tensor([0.0, 1.0, 1.0]).double()
    assert area(x, y, limit=0.1) == pytest.approx(0.1 * 0.5 / 2)
    assert area(x, y, limit=0.5) == pytest.approx(0.1 + 0.3)


def test_dice_at_a_threshold() -> None:
    mask = field()
    assert dice_at(mask.float(), mask, threshold=0.5) == 1.0
    assert dice_at(torch.ones(1, 5, 5), mask, threshold=0.5) == pytest.approx(2 * 5 / 30)
    assert dice_at(torch.zeros(1, 5, 5), mask, threshold=0.5) == 0.0

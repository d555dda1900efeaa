"""Precision, recall, density and coverage: published figures, the definitions, and the right direction."""

from dataclasses import astuple

import pytest
import torch
from torch import Tensor

from training.metrics import neighbours
from training.metrics.manifold import manifold


def normal(n: int, d: int, *, seed: int) -> Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def modes(n: int, *, of: int, seed: int) -> Tensor:
    """n points in `of` far, tight clusters."""
    centres = 50 * torch.eye(8, dtype=torch.float64)
    return centres[torch.arange(n) % of] + normal(n, 8, seed=seed)


def by_definition(x: Tensor, y: Tensor, k: int) -> tuple[float, float, float, float]:
    """Kynkaanniemi et al. and Naeem et al. as the formulas stand, without blocks."""

    def reach(z: Tensor) -> Tensor:
        ordered: Tensor = (z[:, None] - z).norm(dim=2).sort(dim=1).values
        return ordered[:, k]  # column 0 is the point itself

    distances = (x[:, None] - y).norm(dim=2)
    in_y, in_x = distances <= reach(y), distances <= reach(x)[:, None]
    shares = in_y.any(dim=1), in_x.any(dim=0), in_y.any(dim=0)
    precision, recall, coverage = (float(share.double().mean()) for share in shares)
    return precision, recall, float(in_y.sum()) / (k * len(x)), coverage


@pytest.mark.slow
def test_two_standard_normal_sets_score_what_the_authors_of_prdc_print() -> None:
    """N(0, I), d=1000, n=10,000, k=5: P .4772, R .4705, D 1.0555, C .9735, one draw of unknown seed.

    Over ten seeds this code gave .476 +- .011, .478 +- .010, .994 +- .055, .967 +- .006 (mean and deviation of one
    draw); the tolerance is three deviations of the difference of two draws.
    """
    found = manifold(normal(10_000, 1000, seed=0), normal(10_000, 1000, seed=1))
    assert found.precision == pytest.approx(0.4772, abs=3 * 2**0.5 * 0.011)
    assert found.recall == pytest.approx(0.4705, abs=3 * 2**0.5 * 0.010)
    assert found.density == pytest.approx(1.0555, abs=3 * 2**0.5 * 0.055)
    assert found.coverage == pytest.approx(0.9735, abs=3 * 2**0.5 * 0.006)


def test_it_is_the_definition() -> None:
    x, y = normal(150, 6, seed=2) * 1.2 + 0.3, normal(120, 6, seed=3)
    assert astuple(manifold(x, y)) == pytest.approx(by_definition(x, y, 5), rel=1e-12)


def test_blocks_of_rows_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = normal(150, 6, seed=4), normal(120, 6, seed=5)
    whole = manifold(x, y)
    monkeypatch.setattr(neighbours, "BLOCK", 500)
    assert manifold(x, y) == whole


def test_precision_falls_when_samples_leave_the_data() -> None:
    y, x = normal(400, 8, seed=6), normal(400, 8, seed=7)
    far = torch.cat([x[:200], x[200:] + 30])
    before, after = manifold(x, y), manifold(far, y)
    assert before.precision > 0.9
    assert after.precision == pytest.approx(before.precision / 2, abs=0.05)
    assert after.density == pytest.approx(before.density / 2, abs=0.1)


def test_recall_and_coverage_fall_when_modes_are_dropped() -> None:
    y = modes(400, of=8, seed=8)
    all_modes, half = manifold(modes(400, of=8, seed=9), y), manifold(modes(400, of=4, seed=10), y)
    assert min(all_modes.recall, all_modes.coverage, all_modes.precision) > 0.8
    assert half.recall == pytest.approx(all_modes.recall / 2, abs=0.05)
    assert half.coverage == pytest.approx(all_modes.coverage / 2, abs=0.05)
    assert half.precision > 0.8


def test_an_outlier_buys_precision_but_not_density() -> None:
    y = torch.cat([normal(400, 4, seed=11), torch.full((1, 4), 40.0, dtype=torch.float64)])
    near_outlier = normal(400, 4, seed=12) + 38
    assert manifold(near_outlier, y).precision > 0.9
    assert manifold(near_outlier, y).density < 0.3


def test_a_set_against_itself_is_perfect() -> None:
    x = normal(100, 8, seed=13) + 1e4  # far from the origin: rounding of the norms is far larger than usual
    found = manifold(x, x)
    assert (found.precision, found.recall, found.coverage) == (1.0, 1.0, 1.0)


def test_copies_of_one_image_recall_nothing_but_that_image() -> None:
    y = normal(100, 8, seed=14)
    found = manifold(y[:1].repeat(100, 1), y)
    assert found.precision == 1.0
    assert found.recall == 0.01

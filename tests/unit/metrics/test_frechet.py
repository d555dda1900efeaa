"""The Frechet distance against closed forms and an independent matrix square root."""

import statistics

import numpy as np
import pytest
import scipy.linalg  # type: ignore[import-untyped]
import torch
from torch import Tensor

from training.metrics.frechet import Moments, distance, frechet_distance, moments


def normal(n: int, d: int, *, seed: int) -> Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def gaussian(mean: list[float], variances: list[float]) -> Moments:
    return Moments(torch.tensor(mean, dtype=torch.float64), torch.diag(torch.tensor(variances, dtype=torch.float64)))


def test_two_gaussians_agree_with_the_matrix_square_root_of_scipy() -> None:
    x, y = moments(normal(200, 20, seed=0) @ normal(20, 20, seed=1)), moments(normal(200, 20, seed=2) + 0.3)
    root = scipy.linalg.sqrtm(x.covariance.numpy() @ y.covariance.numpy())
    expected = (x.mean - y.mean).square().sum() + torch.trace(x.covariance + y.covariance)
    assert distance(x, y) == pytest.approx(float(expected) - 2 * np.trace(root).real, rel=1e-9)


def test_commuting_covariances_have_a_closed_form() -> None:
    x, y = gaussian([0, 0, 1], [4, 1, 9]), gaussian([3, 0, 1], [1, 1, 16])
    assert distance(x, y) == pytest.approx(3**2 + (2 - 1) ** 2 + 0 + (3 - 4) ** 2, rel=1e-12)


def test_singular_covariances_have_one_too() -> None:
    x, y = gaussian([0, 0, 0], [1, 1, 0]), gaussian([0, 0, 0], [0, 1, 1])
    assert distance(x, y) == pytest.approx(2.0, rel=1e-12)
    assert distance(gaussian([0, 0], [0, 0]), gaussian([3, 4], [0, 0])) == 25.0


def test_fewer_images_than_features_is_exact_for_a_shifted_copy() -> None:
    x = normal(10, 64, seed=3)
    assert frechet_distance(x, x) == pytest.approx(0.0, abs=1e-10)
    assert frechet_distance(x + 0.5, x) == pytest.approx(64 * 0.25, rel=1e-10)


def test_scaling_about_the_mean_costs_the_squared_difference_of_deviations() -> None:
    x = normal(500, 8, seed=4)
    spread = float(moments(x).covariance.trace())
    y = 3 * (x - x.mean(dim=0)) + x.mean(dim=0)
    assert frechet_distance(y, x) == pytest.approx(4 * spread, rel=1e-10)


def test_it_is_symmetric_and_blind_to_rotation() -> None:
    x, y = normal(300, 12, seed=5) * 2, normal(200, 12, seed=6)
    turn = torch.linalg.qr(normal(12, 12, seed=7)).Q
    assert frechet_distance(y, x) == pytest.approx(frechet_distance(x, y), rel=1e-10)
    assert frechet_distance(x @ turn, y @ turn) == pytest.approx(frechet_distance(x, y), rel=1e-10)


@pytest.mark.parametrize(("n", "expected"), [(250, 8.6), (1000, 2.2), (5000, 0.43)])
def test_the_bias_of_two_draws_of_one_gaussian_falls_as_one_over_n(n: int, expected: float) -> None:
    """Expected: one draw of another program at d=64. Six draws here deviate by 4 % each, so the two by 10 % at most."""
    draws = [frechet_distance(normal(n, 64, seed=2 * i), normal(n, 64, seed=2 * i + 1)) for i in range(6)]
    assert statistics.fmean(draws) == pytest.approx(expected, rel=0.1)

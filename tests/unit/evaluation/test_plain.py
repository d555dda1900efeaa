"""The references: exact where the answer is known."""

import pytest
import torch

from training.evaluation.plain import Components, flat, neighbour, patch_pca, pca


def plane(n: int, seed: int) -> torch.Tensor:
    """Images on a plane of two dimensions in the space of 5x5 pixels."""
    basis = torch.rand(2, 25, generator=torch.Generator().manual_seed(0))
    at = torch.rand(n, 2, generator=torch.Generator().manual_seed(seed))
    return (at @ basis / 2).view(n, 1, 5, 5)


def test_what_lies_in_the_plane_of_the_training_images_is_reconstructed() -> None:
    train, test = plane(30, 1), plane(5, 2)
    assert pca(train, test, k=2).max() < 1e-12
    off = test.clone()
    off[0, 0, 2, 2] += 0.5
    found = pca(train, off, k=2)
    assert found.argmax() == 0
    basis = Components.of(flat(train), k=2).V
    step = 0.5 * torch.eye(25, dtype=torch.float64)[12]
    assert float(found[0]) == pytest.approx(float((step - basis @ (basis.mT @ step)).square().mean()), rel=1e-5)


def test_few_rows_have_the_components_that_their_covariance_has() -> None:
    x = torch.rand(12, 25, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    y = torch.rand(3, 25, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    exact = torch.linalg.svd(x - x.mean(dim=0)).Vh[:4].mT
    expected = (y - x.mean(dim=0)) - (y - x.mean(dim=0)) @ exact @ exact.mT
    torch.testing.assert_close(Components.of(x, k=4).residual(y), expected)
    torch.testing.assert_close(Components.of(x.repeat(3, 1), k=4).residual(y), expected)


def test_a_training_image_is_its_own_neighbour() -> None:
    train = torch.rand(20, 1, 6, 6, generator=torch.Generator().manual_seed(0))
    assert neighbour(train, train[3:5], k=8).max() < 1e-6
    assert neighbour(train, 1 - train[3:5], k=8).min() > 0.1


def test_a_map_is_hot_where_the_texture_is_another() -> None:
    y, x = torch.meshgrid(torch.arange(64), torch.arange(24), indexing="ij")
    waves = (0.5 + 0.4 * torch.sin(0.9 * x + 0.3 * y)).view(1, 1, 64, 24)
    train = torch.cat([waves[..., top : top + 24, :] for top in range(40)])
    test = train[:2].clone()
    test[1, 0, 8:16, 8:16] = test[1, 0, 8:16, 8:16].mT
    scores, heat = patch_pca(train, test, k=4)
    assert heat.shape == (2, 24, 24)
    assert scores[1] > 100 * scores[0]
    assert heat[1, 8:16, 8:16].mean() > 3 * heat[1, 18:, 18:].mean()

"""Scorers of anomalies: each image by itself, a score, a map and a reconstruction of its size."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from models.capabilities import AnomalyScorer, capabilities_of
from models.families.ganomaly import GANomaly, GANomalyConfig
from models.families.inpaint import Inpaint, InpaintConfig, energy, squares
from models.families.skipganomaly import LAM, SkipGANomaly, SkipGANomalyConfig

BUILD: dict[str, Callable[[], nn.Module]] = {
    "ganomaly": lambda: GANomaly(GANomalyConfig(width=4, latent_dim=6)),
    "skipganomaly": lambda: SkipGANomaly(SkipGANomalyConfig(width=4, depth=3, d_width=4, d_depth=2)),
    "skipganomaly, no skips": lambda: SkipGANomaly(SkipGANomalyConfig(width=4, d_width=4, skips=False)),
    "inpaint": lambda: Inpaint(InpaintConfig(width=4, depth=2, scales=(4, 8))),
}


def built(name: str) -> AnomalyScorer:
    torch.manual_seed(0)
    network = BUILD[name]()
    if isinstance(network, Inpaint):
        nn.init.normal_(network.to_normal.weight, std=0.3)
    network.eval().requires_grad_(False)
    assert isinstance(network, AnomalyScorer)
    return network


@pytest.mark.parametrize("name", BUILD)
def test_every_image_is_inspected_by_itself(name: str) -> None:
    network = built(name)
    assert capabilities_of(network) == ("anomaly-scorer",)
    x = torch.rand(5, 1, 28, 28)
    whole, alone = network.inspect(x), network.inspect(x[3:4])
    assert whole.score.shape == (5,)
    assert whole.heat.shape == (5, 28, 28)
    assert whole.reconstruction.shape == x.shape
    assert whole.heat.min() >= 0
    assert 0 <= whole.reconstruction.min() <= whole.reconstruction.max() <= 1
    torch.testing.assert_close(whole.score[3:4], alone.score)
    torch.testing.assert_close(whole.heat[3:4], alone.heat)
    assert network.full_scale > 0


@pytest.mark.parametrize("name", ["skipganomaly", "inpaint"])
def test_networks_without_a_latent_take_any_size(name: str) -> None:
    found = built(name).inspect(torch.rand(1, 1, 21, 45))
    assert found.heat.shape == (1, 21, 45)
    assert found.score.isfinite().all()


def test_ganomaly_scores_the_distance_of_the_latents() -> None:
    network, x = built("ganomaly"), torch.rand(2, 1, 28, 28)
    assert isinstance(network, GANomaly)
    z = network.G_E(x)
    expected = (z - network.E(network.G_D(z))).abs().mean(dim=1)
    torch.testing.assert_close(network.inspect(x).score, expected)


def test_skip_ganomaly_weighs_pixels_and_features() -> None:
    network, x = built("skipganomaly"), torch.rand(2, 1, 28, 28)
    assert isinstance(network, SkipGANomaly)
    found = network.inspect(x)
    x_hat = network.G(x)
    f = (network.D.features(x) - network.D.features(x_hat)).square().flatten(1).mean(dim=1)
    torch.testing.assert_close(found.score, LAM * (x - x_hat).abs().flatten(1).mean(dim=1) + (1 - LAM) * f)
    torch.testing.assert_close(found.heat, (x - x_hat).abs()[:, 0])
    torch.testing.assert_close(network.D(x), network.D.judge(network.D.features(x)))


@pytest.mark.parametrize("side", [4, 8])
def test_four_grids_erase_every_pixel_once_and_a_quarter_at_a_time(side: int) -> None:
    grids = [squares(32, 48, side=side, top=top, left=left) for top in (0, side) for left in (0, side)]
    assert torch.equal(torch.stack(grids).sum(dim=0), torch.ones(1, 1, 32, 48))
    assert all(grid.mean() == 0.25 for grid in grids)


def test_what_is_erased_is_not_seen() -> None:
    network, x = built("inpaint"), torch.rand(1, 1, 32, 32)
    assert isinstance(network, Inpaint)
    erased = squares(32, 32, side=8, top=0, left=0)
    other = torch.where(erased > 0, torch.rand_like(x), x)
    for ours, theirs in zip(network(x, erased), network(other, erased), strict=True):
        torch.testing.assert_close(ours, theirs)
    mu, _ = network.filled(x)
    torch.testing.assert_close((mu[:, 1] * erased)[0], (network(x, erased)[0] * erased)[0])  # the scale of 8 px


def test_what_is_too_smooth_is_as_hot_as_what_is_too_rough() -> None:
    """On images of N(mu, sigma) energy is 1; half of the deviation and twice the deviation are as far from it."""
    network = built("inpaint")
    assert isinstance(network, Inpaint)
    nn.init.zeros_(network.to_normal.weight)  # mu and sigma are what the biases say
    mu, sigma = 0.5, float(torch.exp(torch.tensor(-1.5)))
    noise = torch.randn(1, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    levels = [float(network.inspect(mu + factor * sigma * noise).heat.mean()) for factor in (0.2, 1.0, 5.0)]
    assert levels[1] < 0.5
    assert levels[0] == pytest.approx(levels[2], rel=0.1)
    assert levels[0] > 5 * levels[1]
    assert float(energy(noise, 8).mean()) == pytest.approx(1, abs=0.05)

"""Batch statistics of an averaged generator."""

import pytest
import torch
from torch import nn

from models.families.infogan import InfoGAN, InfoGANConfig
from models.families.sngan import Generator, SNGANConfig
from training.ema import settle


def latents(G: Generator, n: int = 8) -> list[torch.Tensor]:
    return [G.prior.draw(seed=1, rows=range(32 * i, 32 * i + 32)) for i in range(n)]


def test_statistics_become_those_of_the_network_itself() -> None:
    torch.manual_seed(0)
    G = Generator(SNGANConfig(latent_dim=8, width=4)).eval()
    settle(G, latents(G))
    first = next(layer for layer in G.modules() if isinstance(layer, nn.BatchNorm2d))
    with torch.no_grad():
        x = G.project(torch.cat(latents(G))).unflatten(1, (16, 7, 7))
    assert first.running_mean is not None
    assert torch.allclose(first.running_mean, x.mean(dim=(0, 2, 3)), atol=1e-5)
    assert not G.training
    assert first.momentum == 0.1


def test_it_is_what_a_batch_of_its_own_would_give() -> None:
    torch.manual_seed(0)
    G = Generator(SNGANConfig(latent_dim=8, width=4)).eval()
    z = latents(G, 1)[0]
    settle(G, [z])
    with torch.no_grad():
        served, trained = G(z), G.train()(z)
    assert torch.allclose(served, trained, atol=0.02)  # the variance is unbiased in one, biased in the other


def test_twice_is_once_and_nothing_is_nothing() -> None:
    torch.manual_seed(0)
    G = Generator(SNGANConfig(latent_dim=8, width=4)).eval()
    settle(G, [])
    before = [buffer.clone() for buffer in G.buffers()]
    assert any(buffer.any() for buffer in before)
    settle(G, latents(G))
    once = [buffer.clone() for buffer in G.buffers()]
    settle(G, latents(G))
    assert all(torch.equal(a, b) for a, b in zip(once, G.buffers(), strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(before, once, strict=True))


def test_layers_that_no_latent_reaches_keep_what_they_knew() -> None:
    torch.manual_seed(0)
    network = InfoGAN(InfoGANConfig(latent_dim=4, width=4, hidden=8)).eval()
    for buffer in network.shared.buffers():
        if buffer.is_floating_point():
            buffer.fill_(0.7)
    settle(network, [network.prior.draw(seed=0, rows=range(16))])
    assert all((buffer == 0.7).all() for buffer in network.shared.buffers() if buffer.is_floating_point())
    assert not network.shared.training


@pytest.mark.parametrize("network", [nn.Linear(2, 2)])
def test_a_network_without_batch_statistics_is_left_alone(network: nn.Module) -> None:
    settle(network, [torch.zeros(1, 2)])
    assert not network.training

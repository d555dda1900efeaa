"""DCGAN's networks, which the Wasserstein GANs use too."""

import pytest
import torch
from torch import nn

from models.families.dcgan import DCGANConfig, Discriminator, Generator
from models.objectives import gradient_penalty

TINY = DCGANConfig(latent_dim=5, width=4, channels=3)


def test_g_draws_images_in_zero_to_one() -> None:
    x = Generator(TINY)(10 * torch.randn(4, 5))
    assert x.shape == (4, 3, 28, 28)
    assert x.min() >= 0
    assert x.max() <= 1


def test_truncation_contracts_to_one_image() -> None:
    G, z = Generator(TINY).eval(), torch.randn(4, 5)
    assert torch.equal(G.sample(z, torch.ones(4)), G(z))
    assert torch.equal(G.sample(z, torch.zeros(4)), G(torch.zeros(4, 5)))


@pytest.mark.parametrize("network", [Generator(DCGANConfig()), Discriminator(channels=1, width=64, batch_norm=True)])
def test_weights_start_at_the_papers_distribution(network: nn.Module) -> None:
    for name, weight in network.named_parameters():
        if weight.ndim > 1:
            assert weight.std().item() == pytest.approx(0.02, rel=0.1), name
        elif name.endswith("weight"):
            assert weight.mean().item() == pytest.approx(1, abs=0.01), name
        else:
            assert not weight.any(), name


def test_no_normalisation_at_gs_output_and_at_ds_input() -> None:
    """Section 3: batch normalisation everywhere else."""
    G, D = Generator(TINY), Discriminator(channels=3, width=4, batch_norm=True)
    assert [layer.num_features for layer in G.modules() if isinstance(layer, nn.BatchNorm2d)] == [8, 4]
    assert [layer.num_features for layer in D.modules() if isinstance(layer, nn.BatchNorm2d)] == [8]
    assert isinstance(D.layers[1], nn.LeakyReLU)


@pytest.mark.parametrize("batch_norm", [True, False])
def test_rows_of_a_critic_depend_on_each_other_only_under_batch_normalisation(batch_norm: bool) -> None:
    torch.manual_seed(0)
    D, x = Discriminator(channels=1, width=4, batch_norm=batch_norm).train(), torch.rand(6, 1, 28, 28)
    alone, together = D(x[:2]), D(x)[:2]
    assert torch.allclose(alone, together, rtol=1e-4, atol=1e-6) is not batch_norm


def test_the_penalty_reaches_every_weight_of_the_critic() -> None:
    """Double backward through convolutions and LeakyReLU; biases alone do not change a slope."""
    torch.manual_seed(0)
    D = Discriminator(channels=1, width=4, batch_norm=False)
    x, fake = torch.rand(2, 3, 1, 28, 28)
    gradient_penalty(D, x, fake, torch.rand(3), lam=10.0).backward()
    for name, weight in D.named_parameters():
        if name.endswith("weight"):
            assert weight.grad is not None, name
            assert weight.grad.isfinite().all(), name
            assert weight.grad.any(), name

"""The multilayer perceptrons of 2014."""

import torch

from models.families.gan import Discriminator, GANConfig, Generator, Maxout

TINY = GANConfig(latent_dim=5, width=12, channels=3)


def test_g_draws_images_in_zero_to_one() -> None:
    x = Generator(TINY)(10 * torch.randn(4, 5))
    assert x.shape == (4, 3, 28, 28)
    assert x.min() >= 0
    assert x.max() <= 1


def test_truncation_contracts_to_one_image() -> None:
    G, z = Generator(TINY), torch.randn(4, 5)
    assert torch.equal(G.sample(z, torch.ones(4)), G(z))
    contracted = G.sample(z, torch.zeros(4))
    assert torch.equal(contracted, contracted[:1].expand_as(contracted))


def test_a_maxout_unit_is_the_largest_of_its_maps() -> None:
    """Pieces x, -x and 0.5: max(|x|, 0.5)."""
    layer = Maxout(1, 1, pieces=3)
    with torch.no_grad():
        layer.maps.weight.copy_(torch.tensor([[1.0], [-1.0], [0.0]]))
        layer.maps.bias.copy_(torch.tensor([0.0, 0.0, 0.5]))
    assert layer(torch.tensor([[-2.0], [0.1], [3.0]])).flatten().tolist() == [2.0, 0.5, 3.0]


def test_initial_weights_are_the_authors() -> None:
    G, D = Generator(GANConfig()), Discriminator(channels=1, units=240)
    for network, bound in ((G, 0.05), (D, 0.005)):
        for name, weight in network.named_parameters():
            if name.endswith("bias"):
                assert not weight.any()
            else:
                assert 0.95 * bound < weight.abs().max() <= bound, name
    assert sum(weight.numel() for weight in G.parameters()) == 100 * 1200 + 1200 * 1200 + 1200 * 784 + 2 * 1200 + 784
    maxout = [layer.maps.weight for layer in D.body if isinstance(layer, Maxout)]
    assert [tuple(weight.shape) for weight in maxout] == [(240 * 5, 784), (240 * 5, 240)]


def test_dropout_acts_in_training_alone() -> None:
    D, x = Discriminator(channels=1, units=16), torch.rand(8, 1, 28, 28)
    D.train()
    assert not torch.equal(D(x), D(x))
    D.eval()
    assert torch.equal(D(x), D(x))

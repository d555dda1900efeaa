"""StyleGAN2: its layers against their equations, styles, noise, and what D sees of a batch."""

from dataclasses import replace
from math import sqrt

import pytest
import torch
import torch.nn.functional as functional

from models.capabilities import capabilities_of
from models.codes import Code
from models.families.stylegan2 import GAIN, SLOPE, Discriminator, Generator, Styled, StyleGAN2Config, spread_of
from models.objectives import path_length, r1

TINY = StyleGAN2Config(latent_dim=6, style_dim=5, widths=(8, 6, 4))


@pytest.fixture
def G() -> Generator:
    torch.manual_seed(0)
    return Generator(TINY)


def test_a_modulated_layer_is_a_convolution_with_weights_of_each_images_own() -> None:
    """Equations 1 and 3, as a grouped convolution would compute them."""
    torch.manual_seed(0)
    layer, x, w = Styled(5, 4, 3, 3), torch.randn(2, 4, 6, 6), torch.randn(2, 5)
    with torch.no_grad():
        layer.bias.normal_()
    s = layer.style(w)
    weights = s[:, None, :, None, None] * layer.conv.weight[None] / sqrt(4 * 9)
    weights = weights / (weights.square().sum(dim=(2, 3, 4), keepdim=True) + 1e-8).sqrt()
    expected = torch.stack([functional.conv2d(one, kernel, padding=1) for one, kernel in zip(x, weights, strict=True)])
    expected = GAIN * functional.leaky_relu(expected + layer.bias, SLOPE)
    torch.testing.assert_close(layer(x, w), expected)


def test_an_untrained_layer_keeps_the_variance() -> None:
    torch.manual_seed(0)
    y = Styled(8, 64, 64, 3)(torch.randn(2, 64, 32, 32), torch.randn(2, 8))
    assert 0.8 < y.square().mean() < 1.2


def test_g_draws_images_in_zero_to_one(G: Generator) -> None:
    x = G(10 * torch.randn(4, 6))
    assert x.shape == (4, 3, 16, 16)
    assert x.min() >= 0
    assert x.max() <= 1


def test_only_the_direction_of_a_latent_counts(G: Generator) -> None:
    z = torch.randn(3, 6)
    torch.testing.assert_close(G.mapping(z), G.mapping(7 * z))


def test_truncation_contracts_to_the_image_of_the_mean_style(G: Generator) -> None:
    with torch.no_grad():
        G.mapping.mean.copy_(G.mapping(torch.randn(500, 6)).mean(dim=0))
    z = torch.randn(4, 6)
    assert torch.equal(G.sample(z, torch.ones(4)), G(z))
    middle = G.synthesise(G.spread(G.mapping.mean[None]))
    torch.testing.assert_close(G.sample(z, torch.zeros(4)), middle.expand(4, -1, -1, -1))
    half = G.style(z, torch.full((4,), 0.5))
    torch.testing.assert_close(half, 0.5 * (G.mapping.mean + G.mapping(z)))


def test_codes_are_told_to_both_and_stay_under_truncation() -> None:
    torch.manual_seed(0)
    G = Generator(replace(TINY, codes=(Code("hair", ("short", "long")), Code("age"))))
    assert capabilities_of(G) == ("sampler", "conditional-sampler", "style-sampler")
    z = G.prior.draw(seed=0, rows=range(3))
    assert z.shape == (3, 6 + 3)
    one, other = (G.prior.choose(z, {"hair": [value] * 3, "age": [0.5] * 3}) for value in ("short", "long"))
    assert not torch.allclose(G(one), G(other))
    typical = G.sample(one, torch.zeros(3))
    torch.testing.assert_close(typical, typical[:1].expand_as(typical))
    assert not torch.allclose(typical, G.sample(other, torch.zeros(3)))
    anchors = torch.cat([G.mapping.anchors, one[:1, 6:].expand(64, -1)], dim=1)
    torch.testing.assert_close(G.style(one, torch.zeros(3))[0], G.mapping(anchors).mean(dim=0))


def test_d_projects_onto_codes_and_a_row_of_zeros_tells_it_one_thing() -> None:
    torch.manual_seed(0)
    D, x = Discriminator(channels=3, widths=(4, 6, 8), codes=3), torch.rand(4, 3, 16, 16)
    y = torch.eye(3)[[0, 1, 2, 0]]
    assert not torch.allclose(D(x, y), D(x, y.roll(1, dims=1)))
    torch.testing.assert_close(D(x, torch.zeros(4, 3)), D(x))  # the embedding's bias starts at zero


def test_each_style_reaches_its_own_layers(G: Generator) -> None:
    """The last paints alone: it changes what is added at full resolution, and no other style does nothing."""
    w, other = G.mapping(torch.randn(2, 6)).split(1)
    before = G.synthesis(G.spread(w), G.synthesis.noise)
    for layer in range(G.layers):
        ws = G.spread(w).clone()
        ws[:, layer] = other
        assert not torch.allclose(G.synthesis(ws, G.synthesis.noise), before), layer


def test_noise_is_an_input_and_has_a_value_for_every_pixel_of_every_layer(G: Generator) -> None:
    assert G.synthesis.noise.shape == (1, 4 * 4 + 2 * 8 * 8 + 2 * 16 * 16)
    ws, noise = G.spread(G.mapping(torch.randn(1, 6))), torch.randn(1, 656)
    assert torch.equal(G.synthesise(ws, noise), G.synthesise(ws))  # its strength is zero until it has learned
    with torch.no_grad():
        for name, weight in G.named_parameters():
            if name.endswith("strength"):
                weight.fill_(0.5)
    assert not torch.allclose(G.synthesise(ws, noise), G.synthesise(ws))
    assert torch.equal(G.synthesise(ws, G.synthesis.noise), G.synthesise(ws))


def test_the_spread_of_a_group_is_the_mean_standard_deviation() -> None:
    x = torch.zeros(4, 2, 1, 1)
    x[:, 0, 0, 0] = torch.tensor([1.0, 2.0, 3.0, 6.0])
    assert torch.allclose(spread_of(x, 2).flatten(), torch.tensor([0.5, 1.0, 0.5, 1.0]), atol=1e-3)  # 1, 3 and 2, 6
    assert torch.allclose(spread_of(x, 4).flatten(), torch.full((4,), sqrt(3.5) / 2), atol=1e-3)


@pytest.mark.parametrize("n", [1, 6, 7])
def test_d_judges_any_number_of_images(n: int) -> None:
    assert Discriminator(channels=3, widths=(4, 6, 8))(torch.rand(n, 3, 16, 16)).shape == (n,)


def test_gradients_of_gradients_reach_the_weights(G: Generator) -> None:
    D = Discriminator(channels=3, widths=(4, 6, 8))
    r1(D, torch.rand(4, 3, 16, 16), gamma=1.0).backward()
    assert all(weight.grad is not None for name, weight in D.named_parameters() if name.endswith("weight"))
    w = G.mapping(torch.randn(2, 6))
    noise = G.synthesis.noise.expand(2, -1)
    penalty, mean = path_length(
        lambda w: G.synthesis(G.spread(w), noise), w, torch.randn(2, 3, 16, 16), torch.zeros(())
    )
    penalty.backward()
    assert mean > 0
    kernels = [weight.grad for name, weight in G.synthesis.layers.named_parameters() if name.endswith("conv.weight")]
    assert len(kernels) == 5
    assert all(kernel is not None and kernel.any() for kernel in kernels)


@torch.no_grad()
def test_a_row_without_truncation_is_the_same_beside_one_with_it() -> None:
    codes = (Code("hair", ("bob", "mohawk")),)
    G = Generator(StyleGAN2Config(latent_dim=6, style_dim=5, widths=(8, 6), codes=codes)).eval()
    z = G.prior.draw(seed=0, rows=range(2))
    alone, beside = G.style(z[:1], torch.ones(1)), G.style(z, torch.tensor([1.0, 0.5]))
    torch.testing.assert_close(alone[0], beside[0], atol=1e-6, rtol=1e-6)
    assert not torch.allclose(beside[1], G.style(z[1:], torch.ones(1))[0])

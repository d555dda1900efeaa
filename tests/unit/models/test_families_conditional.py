"""Families whose latents hold codes: conditional GAN, InfoGAN, adversarial autoencoder."""

from typing import Any

import pytest
import torch
from torch import nn

from models.capabilities import capabilities_of
from models.codes import Code
from models.families.aae import AAEConfig, Autoencoder
from models.families.cgan import CGANConfig, Concatenation, Generator, Projection
from models.families.infogan import InfoGAN, InfoGANConfig

HAIR, GLASSES = Code("hair", ("long", "short", "none")), Code("glasses", ("no", "yes"))
CGAN = CGANConfig(codes=(HAIR, GLASSES), latent_dim=4, start=4, widths=(8, 8, 8, 4), channels=3)
INFOGAN = InfoGANConfig(latent_dim=4, width=4, hidden=16)
AAE = AAEConfig(codes=(Code("cluster", ("a", "b", "c")),), latent_dim=4, width=4)


def built(network: Any) -> Any:
    torch.manual_seed(0)
    for parameter in network.parameters():
        if parameter.ndim > 1:
            nn.init.normal_(parameter, 0, 0.3)
    return network.eval()


def test_a_conditional_generator_draws_at_the_size_of_its_last_map() -> None:
    G = built(Generator(CGAN))
    z = G.prior.draw(seed=0, rows=range(3))
    assert G(z).shape == (3, 3, 32, 32)
    assert capabilities_of(G) == ("sampler", "conditional-sampler")


@pytest.mark.parametrize(
    ("network", "name", "value"),
    [(Generator(CGAN), "glasses", "yes"), (InfoGAN(INFOGAN), "category", "C"), (Autoencoder(AAE), "cluster", "b")],
)
def test_truncation_to_nothing_leaves_what_the_codes_say(network: Any, name: str, value: str) -> None:
    built(network)
    prior = network.prior
    z = prior.draw(seed=0, rows=range(8))
    others = {code.name: [code.values[0] if code.values else 0.0] * 8 for code in prior.codes if code.name != name}
    z = prior.choose(z, others)
    one = network.sample(prior.choose(z, {name: [value] * 8}), torch.zeros(8))
    assert torch.equal(one[:1].expand_as(one), one)
    first = next(code for code in prior.codes if code.name == name).values[0]
    other = network.sample(prior.choose(z, {name: [first] * 8}), torch.zeros(8))
    assert not torch.equal(one, other)


def test_the_projection_s_share_of_the_logit_is_linear_in_the_codes() -> None:
    torch.manual_seed(0)
    D = Projection(channels=3, codes=5, widths=(4, 8), gain=2.0).eval()
    x, y = torch.rand(6, 3, 8, 8), torch.randn(6, 5)
    none = D(x, torch.zeros_like(y))
    assert torch.allclose(D(x, y) + D(x, -y), 2 * none, atol=1e-5)
    assert not torch.allclose(D(x, y), none, atol=1e-3)
    phi = D.phi(x).flatten(1)
    V = D.V.normalised_weight().flatten(1)
    assert torch.allclose(D(x, y) - none, 2.0 * torch.einsum("bi,ik,bk->b", phi, V, y), atol=1e-5)


def test_a_concatenating_discriminator_sees_the_codes_at_every_pixel() -> None:
    torch.manual_seed(0)
    D = Concatenation(channels=1, codes=4, widths=(4, 8), gain=4.0).eval()
    x, y = torch.rand(3, 1, 8, 8), torch.eye(4)[:3]
    assert D.phi.convs[0].in_channels == 5
    assert not torch.allclose(D(x, y), D(x, y.roll(1, dims=1)), atol=1e-4)


def test_q_reads_probabilities_and_means_in_the_columns_of_the_codes() -> None:
    network = built(InfoGAN(INFOGAN))
    told = network.read(torch.rand(5, 1, 28, 28))
    assert told.shape == (5, 10 + 2)
    assert torch.allclose(told[:, :10].sum(dim=1), torch.ones(5), atol=1e-5)
    assert capabilities_of(network) == ("sampler", "conditional-sampler", "code-reader")


def test_a_code_has_the_columns_that_the_decoder_takes() -> None:
    network = built(Autoencoder(AAE))
    x = torch.rand(5, 1, 28, 28)
    code = network.encode(x)
    assert code.shape == (5, 4 + 3)
    assert torch.allclose(code[:, 4:].sum(dim=1), torch.ones(5), atol=1e-5)
    assert network.sample(code, torch.ones(5)).shape == x.shape
    assert torch.equal(network.sample(code, torch.ones(5)), network(code))
    assert capabilities_of(network) == ("sampler", "conditional-sampler", "encoder")


def test_an_autoencoder_without_a_category_has_a_style_alone() -> None:
    network = built(Autoencoder(AAEConfig(latent_dim=3, width=4)))
    assert network.encode(torch.rand(2, 1, 28, 28)).shape == (2, 3)
    assert network.codes == ()

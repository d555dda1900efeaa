import pytest
import torch
from torch import nn

from models.blocks import SpectralNormConv2d, power_iteration
from models.capabilities import capabilities_of
from models.codes import Code
from models.families.sngan import Discriminator, Generator, SNGANConfig


def conv_operator_norm(conv: SpectralNormConv2d, side: int, rounds: int = 60) -> float:
    """The spectral norm of the convolution as a linear map of images, by power iteration on the map itself."""
    W = conv.normalised_weight().detach()
    x = torch.randn(1, conv.in_channels, side, side)
    for _ in range(rounds):
        y = torch.nn.functional.conv2d(x, W, padding=1)
        x = torch.nn.functional.conv_transpose2d(y, W, padding=1)
        x = x / x.norm()
    return float(torch.nn.functional.conv2d(x, W, padding=1).norm())


@pytest.fixture(scope="module")
def trained() -> Discriminator:
    """The lecture's D after 60 steps of telling stripes from noise, far from its initial weights."""
    torch.manual_seed(0)
    D = Discriminator(channels=1, width=8).train()
    optimizer = torch.optim.Adam(D.parameters(), lr=2e-3)
    stripes = torch.zeros(16, 1, 28, 28)
    stripes[:, :, ::2] = 1
    for _ in range(60):
        loss = (D(torch.rand(16, 1, 28, 28)) - D(stripes)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return D.eval()


def test_power_iteration_finds_the_leading_singular_vectors() -> None:
    W = torch.randn(12, 30, generator=torch.Generator().manual_seed(1))
    u, v = power_iteration(W, torch.ones(12), rounds=200)
    U, S, Vh = torch.linalg.svd(W)
    assert torch.dot(u, W @ v).item() == pytest.approx(S[0].item(), rel=1e-5)
    assert abs(torch.dot(u, U[:, 0]).item()) == pytest.approx(1, abs=1e-4)
    assert abs(torch.dot(v, Vh[0]).item()) == pytest.approx(1, abs=1e-4)


def test_sigma_of_a_trained_d_is_one_by_full_svd(trained: Discriminator) -> None:
    for conv in trained.convs:
        assert isinstance(conv, SpectralNormConv2d)
        conv.train()
        for _ in range(100):
            conv.sigma()  # power iteration runs on while the weights stand still
        conv.eval()
        largest = torch.linalg.svdvals(conv.normalised_weight().flatten(1))[0]
        assert largest.item() == pytest.approx(1, abs=1e-4)


def test_one_round_a_step_keeps_sigma_near_one_in_training(trained: Discriminator) -> None:
    for conv in trained.convs:
        assert isinstance(conv, SpectralNormConv2d)
        assert torch.linalg.svdvals(conv.normalised_weight().flatten(1))[0].item() == pytest.approx(1, abs=0.1)


def test_each_convolution_is_at_most_three_times_as_steep_as_its_matrix(trained: Discriminator) -> None:
    for conv, side in zip(trained.convs, (28, 14, 7, 3, 1), strict=True):
        assert isinstance(conv, SpectralNormConv2d)
        assert conv_operator_norm(conv, side) <= conv.lipschitz_bound() * 1.1 == pytest.approx(3.3)


def test_lipschitz_quotient_of_a_trained_d_stays_below_the_product_of_its_layers(trained: Discriminator) -> None:
    product = 2.0  # images are rescaled from [0, 1] to [-1, 1]
    for conv, side in zip(trained.convs, (28, 14, 7, 3, 1), strict=True):
        assert isinstance(conv, SpectralNormConv2d)
        product *= conv_operator_norm(conv, side)
    generator = torch.Generator().manual_seed(2)
    x = torch.rand(256, 1, 28, 28, generator=generator)
    y = (x + 0.05 * torch.randn(x.shape, generator=generator)).clamp(0, 1)
    pairs = (trained(x) - trained(y)).abs() / (x - y).flatten(1).norm(dim=1)
    x.requires_grad_()
    (slope,) = torch.autograd.grad(trained(x).sum(), x)
    steepest = max(pairs.max().item(), slope.flatten(1).norm(dim=1).max().item())
    assert 0 < steepest <= product * 1.001  # power iteration on the map approaches its norm from below
    assert product <= trained.lipschitz_bound() * 1.1**5


def test_without_spectral_norm_the_quotient_would_leave_the_bound(trained: Discriminator) -> None:
    """The test above can fail: the same network with its raw weights, doubled, is steeper than the bound allows."""
    raw = nn.Sequential()
    for i, conv in enumerate(trained.convs):
        assert isinstance(conv, SpectralNormConv2d)
        plain = nn.Conv2d(conv.in_channels, conv.out_channels, 3, padding=1)
        plain.weight.data = conv.weight.data * 20
        raw.append(plain)
        if i < 4:
            raw.append(nn.Sequential(nn.LeakyReLU(0.1), nn.MaxPool2d(2)))
    x = torch.rand(64, 1, 28, 28, requires_grad=True)
    (slope,) = torch.autograd.grad(raw(2 * x - 1).sum(), x)
    assert slope.flatten(1).norm(dim=1).max() > trained.lipschitz_bound()


def test_u_moves_in_training_and_rests_in_evaluation() -> None:
    conv = SpectralNormConv2d(3, 8, 3, padding=1)
    x = torch.rand(2, 3, 8, 8)
    start = conv.u.clone()
    conv.eval()(x)
    assert torch.equal(conv.u, start)
    conv.train()(x)
    assert not torch.equal(conv.u, start)
    assert "u" in conv.state_dict()


def test_the_discriminator_is_the_lectures() -> None:
    D = Discriminator(channels=1, width=16)
    convs = [conv for conv in D.convs if isinstance(conv, SpectralNormConv2d)]
    shapes = [(conv.in_channels, conv.out_channels, conv.kernel_size) for conv in convs]
    assert shapes == [(1, 16, (3, 3)), (16, 32, (3, 3)), (32, 64, (3, 3)), (64, 128, (3, 3)), (128, 1, (3, 3))]
    assert D(torch.rand(5, 1, 28, 28)).shape == (5,)


def test_a_d_that_is_told_clusters_judges_by_them_within_its_bound() -> None:
    """The projection stands beside the last layer, so the bound is that of the trunk times their sum."""
    torch.manual_seed(0)
    D, plain = (Discriminator(channels=1, width=8, gain=3.0, clusters=k).eval() for k in (4, 0))
    plain.load_state_dict({name: value for name, value in D.state_dict().items() if not name.startswith("V.")})
    x, y = torch.rand(64, 1, 28, 28, requires_grad=True), torch.eye(4)[torch.arange(64) % 4]
    assert torch.equal(D(x), plain(x))
    assert (D(x, y) - D(x, y.flip(1))).abs().min() > 0
    (slope,) = torch.autograd.grad(D(x, y).sum(), x)
    assert slope.flatten(1).norm(dim=1).max() <= D.lipschitz_bound()
    assert D.lipschitz_bound() == pytest.approx(plain.lipschitz_bound() * (3 + 1) / 3)


def test_a_d_that_is_told_three_clusters_an_image_keeps_within_a_wider_bound() -> None:
    torch.manual_seed(0)
    D = Discriminator(channels=3, width=8, clusters=12, told=3).eval()
    x = torch.rand(64, 3, 28, 28, requires_grad=True)
    y = torch.cat([torch.eye(4)[(torch.arange(64) // 4**c) % 4] for c in range(3)], dim=1)
    (slope,) = torch.autograd.grad(D(x, y).sum(), x)
    assert slope.flatten(1).norm(dim=1).max() <= D.lipschitz_bound()
    one = Discriminator(channels=3, width=8, clusters=12).eval()
    one.load_state_dict(D.state_dict())
    assert D.lipschitz_bound() == pytest.approx(one.lipschitz_bound() * (3 + 3**0.5) / (3 + 1))


def test_a_generator_has_codes_only_where_it_was_given_clusters() -> None:
    cluster = Code("cluster", ("c0", "c1", "c2"), (0.5, 0.25, 0.25))
    plain, told = (Generator(SNGANConfig(latent_dim=8, width=4, codes=codes)).eval() for codes in ((), (cluster,)))
    assert capabilities_of(plain) == ("sampler",)
    assert capabilities_of(told) == ("sampler", "conditional-sampler")
    z = told.prior.draw(seed=0, rows=range(2))
    assert z.shape == (2, 11)
    other = told.prior.choose(z, {"cluster": ["c0", "c1"]}), told.prior.choose(z, {"cluster": ["c2", "c2"]})
    psi = torch.zeros(2)
    a, b = (told.sample(latents, psi) for latents in other)
    assert not torch.equal(a, b)  # truncation leaves the cluster
    assert torch.equal(b[0], b[1])  # and all of the noise is gone

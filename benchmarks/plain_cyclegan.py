"""A step of CycleGAN as pytorch-CycleGAN-and-pix2pix takes it, in float32, on networks of its shapes.

Generators of residual blocks and PatchGANs of `networks.py`, built here from torch's layers alone;
`optimize_parameters` of `cycle_gan_model.py`: G and F together with identity losses, D_A and D_B out of the graph, then
each D by itself, on images of a pool kept in Python.
"""

import itertools
import random
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.optim import Adam
from torch.utils.data import DataLoader, TensorDataset

from training.data import Dataset
from training.recipe import Preset


class Block(nn.Module):
    """ResnetBlock."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.conv_block = nn.Sequential(
            *(nn.ReflectionPad2d(1), nn.Conv2d(dim, dim, 3), nn.InstanceNorm2d(dim), nn.ReLU(True)),
            *(nn.ReflectionPad2d(1), nn.Conv2d(dim, dim, 3), nn.InstanceNorm2d(dim)),
        )

    def forward(self, x: Tensor) -> Tensor:
        """x and what the layers add."""
        y: Tensor = x + self.conv_block(x)
        return y


def generator(c_in: int, c_out: int, *, ngf: int, blocks: int) -> nn.Sequential:
    """ResnetGenerator."""
    layers = [nn.ReflectionPad2d(3), nn.Conv2d(c_in, ngf, 7), nn.InstanceNorm2d(ngf), nn.ReLU(True)]
    for c in (ngf, 2 * ngf):
        layers += [nn.Conv2d(c, 2 * c, 3, stride=2, padding=1), nn.InstanceNorm2d(2 * c), nn.ReLU(True)]
    layers += [Block(4 * ngf) for _ in range(blocks)]
    for c in (4 * ngf, 2 * ngf):
        up = nn.ConvTranspose2d(c, c // 2, 3, stride=2, padding=1, output_padding=1)
        layers += [up, nn.InstanceNorm2d(c // 2), nn.ReLU(True)]
    return nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(ngf, c_out, 7), nn.Tanh())


def discriminator(c_in: int, *, ndf: int, layers: int) -> nn.Sequential:
    """NLayerDiscriminator."""
    body: list[nn.Module] = [nn.Conv2d(c_in, ndf, 4, stride=2, padding=1), nn.LeakyReLU(0.2, True)]
    for n in range(1, layers + 1):
        before, after = ndf * min(2 ** (n - 1), 8), ndf * min(2**n, 8)
        body += [nn.Conv2d(before, after, 4, stride=2 if n < layers else 1, padding=1), nn.InstanceNorm2d(after)]
        body += [nn.LeakyReLU(0.2, True)]
    return nn.Sequential(*body, nn.Conv2d(ndf * min(2**layers, 8), 1, 4, padding=1))


class Pool:
    """ImagePool."""

    def __init__(self, size: int) -> None:
        self.size, self.images = size, list[Tensor]()

    def query(self, images: Tensor) -> Tensor:
        """Each image, or one of those kept, by a coin."""
        out = []
        for image in images.split(1):
            if len(self.images) < self.size:
                self.images.append(image)
                out.append(image)
            elif random.random() > 0.5:  # noqa: S311 - a coin
                place = random.randrange(self.size)  # noqa: S311
                out.append(self.images[place].clone())
                self.images[place] = image
            else:
                out.append(image)
        return torch.cat(out)


def plain_cyclegan(chosen: Preset, data: Dataset) -> Callable[[], None]:
    """One step."""
    c, other = chosen.config, data.other
    assert other is not None  # noqa: S101 - two domains
    c_a, c_b = data.channels, int(other.shape[1])
    G_A, G_B = (generator(i, o, ngf=c.width, blocks=c.blocks) for i, o in ((c_a, c_b), (c_b, c_a)))
    D_A, D_B = (discriminator(i, ndf=c.d_width, layers=c.patch_layers) for i in (c_b, c_a))
    opt_g = Adam(itertools.chain(G_A.parameters(), G_B.parameters()), lr=c.lr, betas=(c.beta_1, 0.999))
    opt_d = Adam(itertools.chain(D_A.parameters(), D_B.parameters()), lr=c.lr, betas=(c.beta_1, 0.999))
    pool_a, pool_b = Pool(c.pool), Pool(c.pool)
    l1, mse = nn.L1Loss(), nn.MSELoss()
    count = min(len(data.images), len(other))
    loader = DataLoader(
        TensorDataset(*(torch.from_numpy(each[:count]).float() / 127.5 - 1 for each in (data.images, other))),
        batch_size=chosen.plan.batch_size,
        shuffle=True,
        drop_last=True,
    )
    pairs = itertools.chain.from_iterable(itertools.repeat(loader))

    def against(D: nn.Module, real: Tensor, fake: Tensor) -> None:
        on_real, on_fake = D(real), D(fake.detach())
        loss = (mse(on_real, torch.ones_like(on_real)) + mse(on_fake, torch.zeros_like(on_fake))) * 0.5
        loss.backward()

    def step() -> None:
        real_a, real_b = next(pairs)
        fake_b, fake_a = G_A(real_a), G_B(real_b)
        rec_a, rec_b = G_B(fake_b), G_A(fake_a)
        for D in (D_A, D_B):
            D.requires_grad_(False)
        opt_g.zero_grad()
        loss = 10 * (l1(rec_a, real_a) + l1(rec_b, real_b))
        if c_a == c_b and c.identity:
            loss = loss + 5 * (l1(G_A(real_b), real_b) + l1(G_B(real_a), real_a))
        for D, fake in ((D_A, fake_b), (D_B, fake_a)):
            said = D(fake)
            loss = loss + mse(said, torch.ones_like(said))
        loss.backward()
        opt_g.step()
        for D in (D_A, D_B):
            D.requires_grad_(True)
        opt_d.zero_grad()
        against(D_A, real_b, pool_b.query(fake_b.detach()))
        against(D_B, real_a, pool_a.query(fake_a.detach()))
        opt_d.step()

    return step

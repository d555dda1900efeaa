"""The plain CycleGAN has the shapes of ours, and learns."""

import torch

from benchmarks.plain_cyclegan import Pool, discriminator, generator
from models.blocks import PatchDiscriminator
from models.families.cyclegan import Generator


def count(network: torch.nn.Module) -> int:
    return sum(each.numel() for each in network.parameters())


def test_its_networks_are_as_large_as_ours() -> None:
    assert count(generator(3, 1, ngf=8, blocks=2)) == count(Generator(c_in=3, c_out=1, width=8, blocks=2))
    for layers in (2, 3):
        theirs = discriminator(3, ndf=8, layers=layers)
        assert count(theirs) == count(PatchDiscriminator(channels=3, width=8, layers=layers))
        x = torch.rand(2, 3, 64, 64)
        assert theirs(x).shape == PatchDiscriminator(channels=3, width=8, layers=layers)(x).shape


def test_a_pool_gives_what_it_gets_until_it_is_full() -> None:
    pool = Pool(4)
    first = torch.rand(4, 1, 2, 2)
    assert torch.equal(pool.query(first), first)
    later = pool.query(torch.rand(20, 1, 2, 2))
    assert len(later) == 20
    assert len(pool.images) == 4

"""PacGAN: D judges images in packs."""

from dataclasses import replace

import torch

from tests.unit.training.stand_in import stripes
from training.recipes.dcgan import DCGAN, DCGANRecipeConfig


def packed(pac: int) -> DCGAN:
    torch.manual_seed(0)
    return DCGAN("pacgan-stacked", DCGANRecipeConfig(g_width=4, d_width=4, pac=pac), stripes())


def test_a_pack_of_images_has_one_logit_and_its_channels_lie_in_order() -> None:
    gan, x = packed(2), torch.rand(6, 1, 28, 28)
    gan.networks.eval()
    assert gan.judge(x).shape == (3,)
    pairs = torch.cat([x[0::2], x[1::2]], dim=1)
    assert torch.allclose(gan.judge(x), gan.D(pairs), atol=1e-6)


def test_a_rest_too_small_for_a_pack_is_left_out() -> None:
    gan, x = packed(4), torch.rand(11, 1, 28, 28)
    gan.networks.eval()
    assert torch.equal(gan.judge(x), gan.judge(x[:8]))


def test_a_pack_of_one_is_the_plain_gan() -> None:
    gan, x = packed(1), torch.rand(5, 1, 28, 28)
    gan.networks.eval()
    assert torch.equal(gan.judge(x), gan.D(x))
    assert replace(gan.config, pac=1) == gan.config

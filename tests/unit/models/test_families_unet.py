"""U-Net: a score for each class at each pixel of an image of any size."""

import pytest
import torch

from models.blocks import extended
from models.capabilities import capabilities_of
from models.families.unet import UNet, UNetConfig
from models.palette import palette


def small(*, skips: bool = True) -> UNet:
    torch.manual_seed(0)
    return UNet(UNetConfig(classes=3, width=4, depth=2, skips=skips)).eval()


@pytest.mark.parametrize(("h", "w"), [(16, 16), (17, 30), (1, 1), (2, 40)])
def test_the_map_is_as_large_as_the_image(h: int, w: int) -> None:
    scores = small().segment(torch.rand(2, 3, h, w))
    assert scores.shape == (2, 3, h, w)
    assert scores.isfinite().all()


def test_a_side_that_cannot_be_halved_is_mirrored_and_a_smaller_one_repeated() -> None:
    x = torch.arange(6.0).view(1, 1, 1, 6)
    assert extended(x, 4)[0, 0, 0].tolist() == [0, 1, 2, 3, 4, 5, 5, 5]  # one row cannot be mirrored
    tall = torch.arange(12.0).view(1, 1, 6, 2)
    assert extended(tall, 2) is tall
    assert extended(torch.arange(18.0).view(1, 1, 3, 6), 2)[0, 0, 3].tolist() == [6, 7, 8, 9, 10, 11]


def test_detail_crosses_the_bridges_and_nothing_else() -> None:
    """The mean of every 4x4 block stays; the pooled path of a net that halves twice sees a changed pixel all the same,
    so the bridges are tested where they are: without them the encoder's first map does not reach the last block.
    """
    bridged, cut = small(), small(skips=False)
    c = [block[0].in_channels for block in (bridged.join[-1], cut.join[-1])]  # type: ignore[index]
    assert c == [8, 4]
    x = torch.rand(1, 3, 16, 16)
    for network, expected in ((bridged, True), (cut, False)):
        first = network.down[0]
        seen: list[torch.Tensor] = []

        def zeroed(_module: object, _args: object, y: torch.Tensor, seen: list[torch.Tensor] = seen) -> torch.Tensor:
            seen.append(y)
            return y

        handle = first.register_forward_hook(zeroed)
        network(x)
        handle.remove()
        joined: list[torch.Tensor] = []
        last = network.join[-1].register_forward_pre_hook(lambda _m, args, joined=joined: joined.append(args[0]))
        network(x)
        last.remove()
        assert torch.equal(joined[0][:, :4], seen[0]) is expected


def test_it_segments_and_does_nothing_else() -> None:
    assert capabilities_of(small()) == ("segmenter",)


@pytest.mark.parametrize("k", [1, 2, 3, 5, 9])
def test_colours_of_classes_are_apart(k: int) -> None:
    colours = palette(k)
    assert colours.shape == (k, 3)
    assert ((colours >= 0) & (colours <= 1)).all()
    apart = torch.cdist(colours, colours) + torch.eye(k) * 9
    assert apart.min() > 0.2

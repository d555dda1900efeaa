"""Translators: any size, directions by name, each row for itself."""

import pytest
import torch
from torch import nn

from models.blocks import PatchDiscriminator
from models.capabilities import capabilities_of
from models.errors import DirectionUnknown
from models.families.cyclegan import CycleGAN, CycleGANConfig
from models.families.pix2pix import Pix2Pix, Pix2PixConfig


def cyclegan() -> CycleGAN:
    torch.manual_seed(0)
    return CycleGAN(CycleGANConfig(("color", "line"), (3, 1), width=4, blocks=1)).eval()


def pix2pix(*, skips: bool = True) -> Pix2Pix:
    torch.manual_seed(0)
    return Pix2Pix(Pix2PixConfig(("line", "color"), (1, 3), width=4, depth=2, skips=skips)).eval()


@pytest.mark.parametrize(("h", "w"), [(16, 16), (1, 1), (9, 30), (41, 2)])
def test_the_answer_is_as_large_as_the_image_and_in_range(h: int, w: int) -> None:
    x = torch.rand(2, 3, h, w)
    line = cyclegan().translate(x, "color-to-line")
    assert line.shape == (2, 1, h, w)
    assert cyclegan().translate(line, "line-to-color").shape == x.shape
    color = pix2pix().translate(line, "line-to-color")
    assert color.shape == x.shape
    assert 0 <= color.min() <= color.max() <= 1


def test_the_two_directions_are_two_networks() -> None:
    model = CycleGAN(CycleGANConfig(width=4, blocks=1)).eval()
    x = torch.rand(1, 3, 16, 16)
    assert torch.equal(model.translate(x, "a-to-b"), model.G(x))
    assert torch.equal(model.translate(x, "b-to-a"), model.F(x))
    assert not torch.equal(model.G(x), model.F(x))


def test_a_residual_is_nothing_before_training_and_keeps_the_range() -> None:
    model = CycleGAN(CycleGANConfig(width=4, blocks=1, residual=True)).eval()
    x = torch.rand(2, 3, 9, 14)
    assert torch.equal(model.G(x), x)
    assert torch.equal(model.G(x, torch.randn_like(x)), x), "noise is on what the layers see, not on x"
    last = model.G.layers[-1]
    assert isinstance(last, nn.Conv2d)
    torch.nn.init.normal_(last.weight)
    y, noised = model.G(x), model.G(x, torch.randn_like(x))
    assert 0 <= y.min() <= y.max() <= 1
    assert not torch.equal(y, noised)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (cyclegan(), "direction is 'up'; it must be one of color-to-line, line-to-color"),
        (pix2pix(), "direction is 'up'; it must be line-to-color"),
    ],
)
def test_an_unknown_direction_is_answered_with_the_known_ones(model: nn.Module, sentence: str) -> None:
    with pytest.raises(DirectionUnknown, match=sentence):
        model.translate(torch.rand(1, 3, 16, 16), "up")  # type: ignore[operator]


@pytest.mark.parametrize("model", [cyclegan(), pix2pix()])
def test_no_row_depends_on_another(model: nn.Module) -> None:
    x = torch.rand(3, 3 if isinstance(model, CycleGAN) else 1, 16, 16)
    direction = model.directions[0]  # type: ignore[index]
    together = model.translate(x, direction)  # type: ignore[operator]
    alone = torch.cat([model.translate(row[None], direction) for row in x])  # type: ignore[operator]
    assert torch.allclose(together, alone, atol=1e-6)


def test_without_skips_the_decoder_sees_no_map_of_the_encoder() -> None:
    bridged, cut = pix2pix(), pix2pix(skips=False)
    assert [layer.in_channels for layer in bridged.up] == [8, 8]
    assert [layer.in_channels for layer in cut.up] == [8, 4]
    assert cut(torch.rand(1, 1, 16, 16)).shape == (1, 3, 16, 16)


def test_dropout_is_training_only() -> None:
    model = Pix2Pix(Pix2PixConfig(width=4, depth=4))
    x = torch.rand(1, 3, 32, 32)
    assert not torch.equal(model(x), model(x))
    model.eval()
    assert torch.equal(model(x), model(x))


def test_they_translate_and_do_nothing_else() -> None:
    assert capabilities_of(cyclegan()) == capabilities_of(pix2pix()) == ("translator",)


@pytest.mark.parametrize(("layers", "patch"), [(1, 16), (2, 34), (3, 70)])
def test_a_patch_is_as_large_as_the_papers(layers: int, patch: int) -> None:
    """By the gradient of one score. Instance normalisation, which sees the whole map, is taken out for that."""
    D = PatchDiscriminator(channels=1, width=2, layers=layers)
    for i, layer in enumerate(D.layers):
        if isinstance(layer, nn.InstanceNorm2d):
            D.layers[i] = nn.Identity()
    x = torch.rand(1, 1, 128, 128, requires_grad=True)
    scores = D(x)
    middle = scores.shape[2] // 2
    (slope,) = torch.autograd.grad(scores[0, 0, middle, middle], x)
    rows = slope[0, 0].abs().amax(dim=1).nonzero()
    assert int(rows.max() - rows.min()) + 1 == patch

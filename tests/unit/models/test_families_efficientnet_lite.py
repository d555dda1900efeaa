"""EfficientNet-Lite against the library that publishes it, and what it does to a photograph."""

import importlib
from typing import Any

import pytest
import torch
from torch import nn

from models.families.efficientnet_lite import EfficientNetLite, EfficientNetLiteConfig, same, scaled
from training.imports.lite import LITES, Lite, renamed

SMALL = EfficientNetLiteConfig(size=32, width=0.25, depth=0.1, classes=7)


def small() -> EfficientNetLite:
    torch.manual_seed(0)
    return EfficientNetLite(SMALL).eval()


def published(chosen: Lite) -> nn.Module:
    """The library's network, its statistics far from those that it starts with."""
    library: Any = importlib.import_module("efficientnet_lite_pytorch")
    torch.manual_seed(0)
    network: nn.Module = library.EfficientNet.from_name(chosen.id)
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            statistics = {"running_mean": torch.randn(c := layer.num_features) / 10, "running_var": 0.5 + torch.rand(c)}
            layer.load_state_dict({**layer.state_dict(), **statistics, "weight": 0.5 + torch.rand(c)})
    return network.eval()


@pytest.mark.parametrize(("chosen", "parameters"), [*zip(LITES, (4_652_008, 5_416_680, 6_092_072), strict=True)])
def test_logits_are_those_of_the_published_library(chosen: Lite, parameters: int) -> None:
    theirs, ours = published(chosen), EfficientNetLite(chosen.config).eval()
    ours.load_state_dict({renamed(name): tensor for name, tensor in theirs.state_dict().items()}, strict=True)
    assert sum(parameter.numel() for parameter in ours.parameters()) == parameters
    x = torch.rand(1, 3, chosen.config.size + 32, chosen.config.size + 32)
    with torch.inference_mode():
        assert torch.allclose(ours(x), theirs(ours.prepare(x)), atol=1e-5)


def test_a_picture_with_its_border_is_only_cropped_and_scaled_to_what_the_weights_know() -> None:
    x = torch.rand(2, 3, 64, 64)
    assert torch.allclose(small().prepare(x), (255 * x[:, :, 16:48, 16:48] - 127) / 128)


@pytest.mark.parametrize(("height", "width"), [(64, 100), (100, 64), (1, 1), (1, 50), (301, 451), (20, 20)])
def test_a_picture_of_any_size_is_taken(height: int, width: int) -> None:
    x = torch.full((1, 3, height, width), 0.5)
    assert small().prepare(x) == pytest.approx(torch.full((1, 3, 32, 32), 0.5 / 128), abs=1e-4)
    assert small().classify(x).shape == (1, 7)


def test_the_gradient_reaches_the_pixels_that_are_seen_and_no_others() -> None:
    x = torch.rand(1, 3, 64, 96).requires_grad_()
    (gradient,) = torch.autograd.grad(small().classify(x)[0, 0], x)
    seen = gradient.abs().sum(dim=(0, 1)) > 0
    assert seen[16:48, 32:64].any()
    seen[16:48, 32:64] = False
    assert not seen.any()


def test_padding_puts_the_odd_pixel_to_the_right_and_the_bottom() -> None:
    padded = same(torch.ones(1, 1, 4, 5), k=3, stride=2)
    assert padded[0, 0, :, 0].tolist() == [0, 0, 0, 0, 0]
    assert padded.shape == (1, 1, 5, 7)
    assert padded[0, 0, 0].tolist() == [0, 1, 1, 1, 1, 1, 0]


@pytest.mark.parametrize(("channels", "width", "expected"), [(24, 1.1, 24), (40, 1.1, 48), (16, 0.25, 8)])
def test_channels_are_multiples_of_eight_and_at_least_nine_tenths(channels: int, width: float, expected: int) -> None:
    assert scaled(channels, width) == expected

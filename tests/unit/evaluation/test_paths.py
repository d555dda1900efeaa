"""Paths in w: only of samplers with styles, and along lines between them."""

import pytest
import torch
from torch import Tensor, nn

from models.priors import NormalPrior
from tests.unit.evaluation.worlds import World, generator
from training.evaluation import measure_paths
from training.evaluation.paths import section

COMMAND = "zerosum eval stripes-gan"


class Bars(nn.Module):
    """Styles are latents; the mean over layers is how bright a pattern is."""

    layers, style_dim = 3, 4

    def __init__(self, contrast: float) -> None:
        super().__init__()
        self.prior, self.contrast = NormalPrior(4), contrast
        self.register_buffer("noise", torch.zeros(1, 1))
        self.register_buffer("mean", torch.zeros(1, 4))
        self.register_buffer("pattern", torch.rand(4, 28 * 28, generator=torch.Generator().manual_seed(0)) - 0.5)

    def sample(self, z: Tensor, psi: Tensor) -> Tensor:
        return self.synthesise(self.style(z, psi)[:, None].expand(-1, self.layers, -1))

    def style(self, z: Tensor, psi: Tensor) -> Tensor:
        return z * psi[:, None]

    def synthesise(self, ws: Tensor, noise: Tensor | None = None) -> Tensor:
        pattern: Tensor = self.pattern  # type: ignore[assignment]
        return (0.5 + self.contrast * ws.mean(dim=1) @ pattern).clamp(0, 1).view(-1, 1, 28, 28)


def test_a_sampler_without_styles_has_no_paths(world: World) -> None:
    assert measure_paths(generator(), data=world.data, command=COMMAND, n=20) == ()


def test_paths_are_longer_where_images_change_more(world: World) -> None:
    folder = world.weights / "stripes-cnn"
    faint, strong, again = (
        measure_paths(Bars(contrast), data=world.data, command=COMMAND, extractor=folder, n=20)
        for contrast in (0.01, 0.1, 0.1)
    )
    assert strong == again
    (metric,) = strong
    assert (metric.name, metric.n, metric.reference) == ("path-length@stripes-cnn", 20, "w")
    assert metric.value > 10 * faint[0].value > 0
    assert section(strong).rows[0].cells["value"].value == pytest.approx(metric.value)

"""DiffAugment against its paper: what each policy does, and that gradients go through it."""

from collections.abc import Callable

import pytest
import torch

from models.tensors import Images
from training.augment import color, cutout, diff_augment, translation
from training.randomness import Draw

Policy = Callable[[Images, Draw], Images]
POLICIES: tuple[Policy, ...] = (color, translation, cutout, diff_augment)


def draw(seed: int = 0) -> Draw:
    return Draw(torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("channels", [1, 3])
def test_gradients_equal_finite_differences(policy: Policy, channels: int) -> None:
    x = torch.rand(2, channels, 6, 6, dtype=torch.float64, requires_grad=True)
    weight = torch.rand(2, channels, 6, 6, dtype=torch.float64)

    def f(t: torch.Tensor) -> torch.Tensor:
        return (policy(t, draw()) * weight).sum()

    (gradient,) = torch.autograd.grad(f(x), x)
    eps, flat = 1e-6, x.detach().clone()
    for place in torch.randperm(flat.numel(), generator=torch.Generator().manual_seed(1))[:20].tolist():
        up, down = flat.clone(), flat.clone()
        up.view(-1)[place] += eps
        down.view(-1)[place] -= eps
        numeric = (f(up) - f(down)) / (2 * eps)
        assert gradient.reshape(-1)[place].item() == pytest.approx(numeric.item(), abs=1e-6)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_seed_decides_and_images_are_changed_one_by_one(policy: Policy) -> None:
    x = torch.rand(1, 3, 16, 16).expand(8, -1, -1, -1)
    assert torch.equal(policy(x, draw(3)), policy(x, draw(3)))
    assert not torch.equal(policy(x, draw(3)), policy(x, draw(4)))
    assert len({tuple(image.flatten().tolist()) for image in policy(x, draw(3))}) > 1


def test_translation_moves_whole_pixels_by_at_most_an_eighth_and_fills_with_zeros() -> None:
    x = torch.zeros(200, 1, 16, 16)
    x[:, :, 8, 8] = 1
    moved = translation(x, draw())
    where = moved[:, 0].flatten(1).argmax(dim=1)
    shifts = torch.stack([where // 16 - 8, where % 16 - 8], dim=1)
    assert moved.sum(dim=(1, 2, 3)) == pytest.approx(torch.ones(200))
    assert set(shifts.flatten().tolist()) == {-2, -1, 0, 1, 2}
    edge = translation(torch.ones(200, 1, 16, 16), draw())
    assert edge.unique().tolist() == [0, 1]


def test_cutout_takes_one_square_of_half_the_side_clipped_at_the_border() -> None:
    gone = cutout(torch.ones(400, 1, 16, 16), draw())[:, 0] == 0
    rows, cols = gone.any(dim=2).sum(dim=1), gone.any(dim=1).sum(dim=1)
    assert torch.equal(gone.sum(dim=(1, 2)), rows * cols), "the hole is a rectangle"
    assert rows.max() == cols.max() == 8
    assert rows.min() == cols.min() == 4, "the centre may lie on the border"


def test_color_shifts_brightness_by_at_most_a_quarter_and_keeps_a_flat_image_flat() -> None:
    flat = color(torch.full((500, 1, 4, 4), 0.5), draw())
    assert flat.std(dim=(1, 2, 3)).max() < 1e-6
    assert 0.25 <= flat.min() < 0.27
    assert 0.73 < flat.max() <= 0.75


def test_color_scales_contrast_between_a_half_and_three_halves() -> None:
    x = torch.tensor([0.25, 0.75]).view(1, 1, 1, 2).expand(500, 1, 1, 2)
    contrast = (color(x, draw())[..., 1] - color(x, draw())[..., 0]).flatten() / 0.5
    assert 0.5 <= contrast.min() < 0.52
    assert 1.48 < contrast.max() <= 1.5


def test_saturation_leaves_the_grey_value_alone() -> None:
    x = torch.rand(100, 3, 4, 4)
    grey = color(x, draw()).mean(dim=1)
    assert grey == pytest.approx(color(x.mean(dim=1, keepdim=True).expand_as(x), draw()).mean(dim=1), abs=1e-5)

"""U-Net's recipes: their losses, and images and masks that move together."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.unit.training.stand_in import drawings, stripes
from training.cluster import Cluster
from training.errors import DataUnfit
from training.loop import Options, Session, train
from training.randomness import seed_step
from training.recipe import Plan, Preset
from training.recipes import recipe
from training.recipes.unet import cross_entropy, moved, one_hot, posed, squared_error

CPU = torch.device("cpu")


def test_squared_error_is_least_at_the_share_of_each_class() -> None:
    """E ||U - m||^2 over m is least at U = E m: on one pixel, class 1 three times out of four."""
    m = torch.tensor([1, 1, 1, 0]).view(4, 1, 1)
    maps = {u: torch.tensor([1 - u, u]).view(1, 2, 1, 1).expand(4, 2, 1, 1) for u in (0.7, 0.75, 0.8)}
    at = {u: float(squared_error(scores, m)) for u, scores in maps.items()}
    assert at[0.75] == pytest.approx(2 * 0.75 * 0.25)
    assert at[0.75] < min(at[0.7], at[0.8])


def test_cross_entropy_is_the_log_of_the_true_class() -> None:
    scores, m = torch.tensor([2.0, 0.0]).view(1, 2, 1, 1), torch.zeros(1, 1, 1, dtype=torch.int64)
    assert float(cross_entropy(scores, m)) == pytest.approx(torch.log1p(torch.tensor(-2.0).exp()).item())
    assert one_hot(m, 2).flatten().tolist() == [1.0, 0.0]


def test_a_mask_moves_with_its_image() -> None:
    m = torch.randint(5, (6, 9, 9), generator=torch.Generator().manual_seed(0))
    x = m[:, None].float() / 5
    seen = set()
    for step in range(6):
        a, b = moved(x, m, seed_step(seed=0, step=step, rank=0, device=CPU), shift=3)
        assert torch.equal((a[:, 0] * 5).round().long(), b)
        seen.add(tuple(b.flatten().tolist()))
    assert len(seen) == 6


def test_a_mask_is_posed_with_its_image_and_half_of_them_stay() -> None:
    """Bands of grey that are wide enough for interpolation to change their borders alone."""
    m = (torch.arange(48) // 12).expand(64, 48, 48)
    x = m[:, None].float() / 3
    with torch.autocast("cpu", torch.bfloat16):
        a, b = posed(x, m, seed_step(seed=0, step=0, rank=0, device=CPU), turn=20, zoom=1.25)
    assert ((a[:, 0] * 3 - b).abs() < 0.05).float().mean() > 0.9, "only the borders between bands are mixed"
    stayed = torch.tensor([torch.equal(one, other) for one, other in zip(b, m, strict=True)])
    assert 20 <= int(stayed.sum()) <= 44
    assert torch.allclose(a[stayed], x[stayed], atol=1e-4)


def test_a_pose_turns_and_scales_no_further_than_asked() -> None:
    """A bar across the middle: its slope tells the angle, its width the scale."""
    m = torch.zeros(200, 65, 65, dtype=torch.int64)
    m[:, 24:41] = 1
    _, b = posed(m[:, None].float(), m, seed_step(seed=0, step=0, rank=0, device=CPU), turn=20, zoom=1.25)
    rows = torch.arange(65.0)[:, None]
    middle = (b * rows).sum(1) / b.sum(1)
    degrees = torch.rad2deg(torch.atan((middle[:, 42] - middle[:, 22]) / 20))
    assert 17 < degrees.abs().max() < 22
    thick = b[:, :, 32].sum(1) * torch.deg2rad(degrees).cos() / 17
    assert 1.15 < thick.max() < 1.35
    assert 0.74 < thick.min() < 0.87


def test_a_few_steps_learn_to_tell_ring_from_disc(tmp_path: Path) -> None:
    spec = recipe("unet-openmoji-parts")
    config = replace(spec.presets["smoke"].config, lr=1e-2)
    plan = Plan(steps=40, batch_size=8, sample_every=40)
    session = Session(spec, Preset(plan, config), drawings(), Cluster(0, 1, CPU), Options(tmp_path))
    batch = session.batch(0)
    assert batch.masks is not None
    train(session)
    with torch.no_grad():
        right = (session.recipe.network(batch.x).argmax(dim=1) == batch.masks).float().mean()
    empty = (batch.masks == 0).float().mean()
    assert right > empty + 0.02


def test_a_set_without_masks_is_refused() -> None:
    spec = recipe("unet-openmoji-parts")
    with pytest.raises(DataUnfit, match="unet-openmoji-parts learns masks; stripes has none"):
        spec.build(spec.presets["smoke"].config, stripes())

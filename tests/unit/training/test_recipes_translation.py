"""CycleGAN and pix2pix: what is minimised, and what is refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.unit.training.stand_in import drawings, fitting, stripes
from training.cluster import Cluster
from training.errors import DataUnfit
from training.loop import Options, Session, train
from training.randomness import seed_step
from training.recipe import Plan, Preset
from training.recipes import recipe
from training.recipes.cyclegan import CycleGAN, pulled, windowed

ALONE = Cluster(0, 1, torch.device("cpu"))


def session(name: str, run: Path, **changes: Any) -> Session:
    spec = recipe(name)
    config = replace(spec.presets["smoke"].config, **changes)
    return Session(
        spec, Preset(Plan(steps=30, batch_size=4, sample_every=30), config), fitting(spec), ALONE, Options(run)
    )


def losses(run: Session) -> dict[str, float]:
    return {name: float(value) for name, value in run.step().items()}


def test_no_pair_is_ever_seen(tmp_path: Path) -> None:
    run = session("cyclegan-openmoji", tmp_path)
    for step in range(3):
        batch = run.batch(step)
        assert batch.pairs is None
        assert batch.other is not None
        assert len(batch.other) == len(batch.x) == 4


@pytest.mark.slow
def test_a_few_steps_bring_the_way_back_nearer(tmp_path: Path) -> None:
    run = session("cyclegan", tmp_path, lr=2e-3)
    first = losses(run)["cycle"]
    train(run)
    assert losses(run)["cycle"] < 0.8 * first


def test_the_identity_loss_needs_images_that_fit_both_generators() -> None:
    spec, data = recipe("cyclegan"), fitting(recipe("cyclegan"))
    config = spec.presets["smoke"].config
    grey = replace(data, other=data.other[:, :1] if data.other is not None else None)
    a, b = torch.rand(1, 3, 8, 8), torch.rand(1, 1, 8, 8)
    assert spec.build(config, data).same(a, a)  # type: ignore[attr-defined]
    assert not spec.build(config, grey).same(a, b)  # type: ignore[attr-defined]
    assert not spec.build(replace(config, identity=0.0), data).same(a, a)  # type: ignore[attr-defined]


def test_domains_with_different_channels_are_learned(tmp_path: Path) -> None:
    run = session("cyclegan", tmp_path)
    grey = replace(run.data, other=run.data.other[:, :1] if run.data.other is not None else None)
    other = Session(run.spec, run.preset, grey, ALONE, Options(tmp_path / "grey"))
    found = losses(other)
    assert found["identity"] == 0
    assert found["cycle"] > 0


def test_a_residual_is_refused_where_the_domains_differ_in_channels(tmp_path: Path) -> None:
    run = session("cyclegan-openmoji", tmp_path)
    grey = replace(run.data, other=run.data.other[:, :1] if run.data.other is not None else None)
    with pytest.raises(DataUnfit, match="residuals need as many channels in both domains; drawings has 3 and 1"):
        Session(run.spec, run.preset, grey, ALONE, Options(tmp_path / "grey"))


def test_noise_lies_on_the_way_back_alone(tmp_path: Path) -> None:
    """Before training a residual is nothing, so G(a) is a; only F's second answer knows of the noise."""
    seen: list[tuple[str, bool]] = []
    run = session("cyclegan-openmoji", tmp_path, noise=0.1)
    assert isinstance(run.recipe, CycleGAN)
    for name, network in (("G", run.recipe.model.G), ("F", run.recipe.model.F)):
        network.register_forward_pre_hook(lambda _, args, name=name: seen.append((name, len(args) > 1)))
    assert losses(run)["cycle"] == 0
    assert sorted(seen) == [("F", False), ("F", True), ("G", False), ("G", True)]


def test_a_window_is_cut_out_of_each_enlarged_image() -> None:
    ramp = torch.linspace(0.2, 0.8, 32).expand(6, 3, 32, 32)
    draw = seed_step(seed=0, step=0, rank=0, device=torch.device("cpu"))
    cut = windowed(ramp, draw, jitter=1.25)
    assert cut.shape == ramp.shape
    steps = cut[..., 1:] - cut[..., :-1]
    assert steps[..., 4:-4].mean() == pytest.approx(0.6 / 31 / 1.25, rel=0.02), "the ramp is longer by a quarter"
    assert len({round(float(row.mean()), 4) for row in cut}) > 2, "windows begin where they like"
    assert torch.equal(windowed(ramp, draw, jitter=1.0), ramp)


def test_a_share_of_the_gradient_goes_on() -> None:
    for share in (0.0, 0.25, 1.0):
        x = torch.rand(2, 3, 4, 4, requires_grad=True)
        y = pulled(x, share)
        assert torch.equal(y, x)
        (slope,) = torch.autograd.grad(y.sum(), x, allow_unused=True, materialize_grads=True)
        assert torch.allclose(slope, torch.full_like(x, share))


@pytest.mark.slow
def test_pairs_are_learned_with_l1(tmp_path: Path) -> None:
    run = session("pix2pix-openmoji", tmp_path, lr=2e-3)
    first = losses(run)["l1"]
    train(run)
    assert losses(run)["l1"] < 0.8 * first


def test_the_rates_fall_in_the_second_half(tmp_path: Path) -> None:
    for name in ("cyclegan-openmoji", "pix2pix-openmoji"):
        run = session(name, tmp_path / name)
        for progress, share in ((0.0, 1.0), (0.5, 1.0), (0.75, 0.5), (1.0, 0.0)):
            run.recipe.schedule(progress)
            for optimizer in run.recipe.optimizers.values():
                assert optimizer.param_groups[0]["lr"] == pytest.approx(share * 2e-4)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("cyclegan-openmoji", "cyclegan-openmoji learns from two domains without pairs; stripes has one"),
        ("pix2pix-openmoji", "pix2pix-openmoji learns from pairs; stripes has none"),
    ],
)
def test_a_set_of_one_domain_is_refused(name: str, sentence: str) -> None:
    spec = recipe(name)
    with pytest.raises(DataUnfit, match=sentence):
        spec.build(spec.presets["smoke"].config, stripes())


def test_sheets_are_rgb_whatever_the_domains_are(tmp_path: Path) -> None:
    grey = replace(drawings(), pairs=drawings().masks[:, None] if drawings().masks is not None else None)  # type: ignore[index]
    spec = recipe("pix2pix-openmoji")
    run = Session(spec, spec.presets["smoke"], grey, ALONE, Options(tmp_path))
    sheet = run.recipe.preview(run.recipe.network, seed_step(seed=0, step=0, rank=0, device=torch.device("cpu")))
    assert sheet is not None
    assert sheet.shape == (81, 3, 32, 32)

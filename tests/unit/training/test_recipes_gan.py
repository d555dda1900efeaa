"""The original GAN and DCGAN: what is moved, by which rule."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from tests.unit.training.stand_in import stripes
from training.cluster import Cluster
from training.errors import DataUnfit
from training.randomness import seed_step
from training.recipe import Batch
from training.recipes import recipe
from training.update import Update

CPU = torch.device("cpu")


def build(name: str) -> Any:
    spec = recipe(name)
    seed_step(seed=0, step=2**40, rank=0, device=CPU)
    return spec.build(spec.presets["smoke"].config, stripes())


def first_step(gan: Any) -> dict[str, torch.Tensor]:
    """The losses of the first step of a run with seed 0."""
    x = torch.from_numpy(stripes().images[:16]).float() / 255
    losses: dict[str, torch.Tensor] = gan.step(
        Batch(x, None), seed_step(seed=0, step=0, rank=0, device=CPU), Update(Cluster(0, 1, CPU))
    )
    return losses


def test_where_d_is_sure_the_minimax_g_stands_still_and_the_other_moves() -> None:
    moved, D = {}, {}
    for name in ("gan-minimax-mnist", "gan-mnist"):
        gan = build(name)
        with torch.no_grad():
            for weight in gan.D.parameters():
                weight *= 40  # steep, so that G's gradient could be seen
            gan.D.head[1].bias.fill_(-30)
        before = gan.G.to_image.weight.detach().clone()
        first_step(gan)
        moved[name], D[name] = (gan.G.to_image.weight - before).abs().max().item(), gan.D.state_dict()
    assert moved["gan-minimax-mnist"] < 1e-12
    assert moved["gan-mnist"] > 1e-6
    assert all(torch.equal(D["gan-mnist"][key], D["gan-minimax-mnist"][key]) for key in D["gan-mnist"])


@pytest.mark.parametrize("name", ["gan-mnist", "gan-minimax-mnist", "dcgan-mnist", "wgan-mnist", "wgan-gp-mnist"])
def test_a_recipe_says_its_name_when_the_data_does_not_fit(name: str) -> None:
    small = replace(stripes(), images=stripes().images[..., :20, :20])
    with pytest.raises(DataUnfit, match=rf"^{name} learns from 28x28"):
        recipe(name).build(recipe(name).presets["smoke"].config, small)


@pytest.mark.parametrize(("progress", "momentum"), [(0.0, 0.5), (0.5, 0.6), (1.0, 0.7)])
def test_momentum_rises_over_the_run(progress: float, momentum: float) -> None:
    gan = build("gan-mnist")
    gan.schedule(progress)
    for optimizer in gan.optimizers.values():
        assert optimizer.param_groups[0]["momentum"] == pytest.approx(momentum)
        assert optimizer.param_groups[0]["lr"] == 0.1


def test_dcgan_trains_at_the_papers_rate_to_the_end() -> None:
    dcgan = build("dcgan-mnist")
    for progress in (0.0, 0.9):
        dcgan.schedule(progress)
        for optimizer in dcgan.optimizers.values():
            assert optimizer.param_groups[0]["lr"] == 2e-4
            assert optimizer.param_groups[0]["betas"] == (0.5, 0.999)


@pytest.mark.parametrize("name", ["gan-mnist", "dcgan-mnist"])
def test_the_first_losses_are_those_of_an_undecided_d(name: str) -> None:
    """Small initial weights: D says 1/2 to everything, log 4 for D and log 2 for G."""
    losses = first_step(build(name))
    assert losses["loss_d"].item() == pytest.approx(1.386, abs=0.1)
    assert losses["loss_g"].item() == pytest.approx(0.693, abs=0.1)

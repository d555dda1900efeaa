"""Both Wasserstein GANs: how often each network moves, on what, and what is logged."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tests.unit.training.stand_in import stripes
from training.cluster import Cluster
from training.errors import DataUnfit
from training.loop import Options, Session, train
from training.randomness import seed_step
from training.recipe import Batch, Plan, Preset
from training.recipes import recipe
from training.state import STATE
from training.update import Update

CPU = torch.device("cpu")
ALONE = Cluster(0, 1, CPU)
NAMES = ["wgan-mnist", "wgan-gp-mnist"]


def build(name: str) -> Any:
    spec = recipe(name)
    seed_step(seed=0, step=2**40, rank=0, device=CPU)
    return spec.build(spec.presets["smoke"].config, stripes())


def take(wgan: Any, *, images: int, step: int = 0) -> dict[str, Tensor]:
    x = torch.from_numpy(stripes().images[:images]).float() / 255
    losses: dict[str, Tensor] = wgan.step(
        Batch(x, None), seed_step(seed=0, step=step, rank=0, device=CPU), Update(ALONE)
    )
    return losses


@pytest.mark.parametrize("name", NAMES)
def test_a_step_is_five_updates_of_d_on_images_of_their_own_and_one_of_g(name: str) -> None:
    wgan, calls = build(name), []
    wgan.D.register_forward_pre_hook(lambda _module, args: calls.append(args[0].detach().clone()))
    take(wgan, images=17)
    moves = {which: {int(state["step"]) for state in rule.state.values()} for which, rule in wgan.optimizers.items()}
    assert moves == {"G": {1}, "D": {5}}
    real = torch.from_numpy(stripes().images[:17]).float() / 255
    each = len(calls) // 5  # D sees data first, then samples, then perhaps what lies between
    assert [len(call) for call in calls[:-1:each]] == [4, 4, 3, 3, 3]
    assert torch.equal(torch.cat(calls[:-1:each]), real)


@pytest.mark.parametrize("name", NAMES)
def test_a_batch_with_less_than_an_image_an_update_is_refused(name: str) -> None:
    with pytest.raises(DataUnfit, match=r"batch of 4 images .* 5 critic updates.*--batch-size"):
        take(build(name), images=4)


def test_clipping_holds_every_weight_of_d() -> None:
    wgan = build("wgan-mnist")
    assert max(weight.abs().max().item() for weight in wgan.D.parameters()) > 0.5  # the scales of batch normalisation
    take(wgan, images=20)
    assert max(weight.abs().max().item() for weight in wgan.D.parameters()) == pytest.approx(0.01)


def test_only_the_clipped_critic_is_normalised() -> None:
    def normalised(network: nn.Module) -> bool:
        return any(isinstance(layer, nn.BatchNorm2d) for layer in network.modules())

    assert [normalised(build(name).D) for name in NAMES] == [True, False]
    assert all(normalised(build(name).G) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_log_holds_the_last_estimate_of_the_critic(name: str) -> None:
    wgan, said = build(name), []
    wgan.D.register_forward_hook(lambda _module, _args, scores: said.append(scores.detach().mean()))
    losses = take(wgan, images=20)
    each = len(said) // 5
    real, fake = said[4 * each], said[4 * each + 1]
    assert losses["wasserstein"].item() == pytest.approx((real - fake).item(), abs=1e-7)
    assert losses["loss_g"].item() == pytest.approx(-said[-1].item(), abs=1e-7)
    assert ("penalty" in losses) is (name == "wgan-gp-mnist")


@pytest.mark.slow
def test_the_penalty_brings_the_slope_of_d_to_one() -> None:
    """At the papers' initial weights D is nearly flat; trained with lambda = 10 its slope between the sets nears 1."""
    wgan = build("wgan-gp-mnist")
    first = take(wgan, images=40)["penalty"].item()
    assert first == pytest.approx(10, rel=0.15)
    for rule in wgan.optimizers.values():
        rule.param_groups[0]["lr"] = 2e-3
    penalties = [take(wgan, images=40, step=step)["penalty"].item() for step in range(1, 30)]
    assert sum(penalties[-5:]) / 5 < first / 5


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize("name", ["gan-mnist", "dcgan-mnist", *NAMES])
def test_a_run_in_two_parts_ends_in_the_same_bits(name: str, tmp_path: Path) -> None:
    """Momentum, RMSprop's and Adam's averages, dropout and the random interpolates are all saved or redrawn."""
    spec = recipe(name)
    preset = Preset(Plan(steps=3, batch_size=10, samples=(60,)), spec.presets["smoke"].config)

    def run(folder: str, **options: Any) -> int:
        return train(Session(spec, preset, stripes(), ALONE, replace(Options(tmp_path / folder), **options))).step

    assert run("whole") == 3
    assert run("parts", max_minutes=0.0) == 1
    assert run("parts", resume=True) == 3
    whole, parts = (torch.load(tmp_path / folder / STATE, weights_only=True) for folder in ("whole", "parts"))
    for part in ("networks", "average"):
        assert all(torch.equal(whole[part][key], parts[part][key]) for key in whole[part])

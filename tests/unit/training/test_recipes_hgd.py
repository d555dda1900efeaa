"""HGD's recipes: the examples that D learns from, what guides it, and that it learns."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import torch
import torch.nn.functional as functional

from models.families.hgd import HGD
from models.families.strided_cnn import StridedCNN, StridedCNNConfig
from models.lattice import quantised
from tests.unit.training.stand_in import stripes
from training.cluster import Cluster
from training.errors import CheckpointMissing
from training.loop import Options, Session
from training.randomness import Draw
from training.recipe import Preset
from training.recipes import hgd, recipe
from training.recipes.hgd import Guided, adversarial, features, guide, logits, pixels

pytestmark = pytest.mark.usefixtures("judged")
NAMES = ("hgd-mnist", "hgd-mnist-feature", "hgd-mnist-pixel")


def drawn(seed: int = 0) -> Draw:
    return Draw(torch.Generator().manual_seed(seed))


def session(name: str, folder: Path, *, steps: int) -> Session:
    spec = recipe(name)
    smoke = spec.presets["smoke"]
    preset = Preset(replace(smoke.plan, steps=steps), replace(smoke.config, lr=1e-2, shift=0.0))
    return Session(spec, preset, stripes(), Cluster(0, 1, torch.device("cpu")), Options(folder))


@cache
def trained_guide() -> StridedCNN:
    """It reads stripes."""
    torch.manual_seed(0)
    f, data = StridedCNN(StridedCNNConfig(width=4, hidden=16)), stripes()
    assert data.labels is not None
    x, y = torch.from_numpy(data.images) / 255, torch.from_numpy(data.labels)
    optimizer = torch.optim.Adam(f.parameters(), lr=1e-2)
    for _ in range(60):
        optimizer.zero_grad()
        functional.cross_entropy(f(x), y).backward()
        optimizer.step()
    assert (f(x).argmax(dim=1) == y).float().mean() > 0.95
    return f.eval().requires_grad_(False)


def test_examples_are_8_bit_images_within_eps_and_some_are_clean() -> None:
    data, f = stripes(64), guide()
    x = torch.from_numpy(data.images) / 255
    y = f(x).argmax(dim=1)  # all of them right, so that all may be attacked
    z = adversarial(f, x, y, drawn(), most=40)
    moved = ((z - quantised(x)).abs().amax(dim=(1, 2, 3)) * 255).round()
    assert torch.equal(quantised(z), z)
    assert 0 < (moved == 0).sum() < 32
    assert 20 < moved.max() <= 40
    assert len(moved.unique()) > 10
    assert torch.equal(adversarial(f, x, y, drawn(), most=40), z)


def test_each_guidance_sees_what_it_is_named_after() -> None:
    f, x = guide(), torch.rand(2, 1, 28, 28)
    assert torch.equal(pixels(f, x), x)
    assert torch.equal(logits(f, x), f.classify(x))
    seen = features(f, x)
    assert seen.shape[2:] == (7, 7)
    assert torch.equal(f.body[4:](seen), f.classify(x))
    assert seen.min() == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_step_moves_the_denoiser_and_leaves_its_guide(name: str, tmp_path: Path) -> None:
    run = session(name, tmp_path, steps=2)
    assert isinstance(run.recipe, Guided)
    before = [value.clone() for value in run.recipe.f.state_dict().values()]
    for _ in range(2):  # the rate of the first is 0
        assert run.step().keys() == {"loss", "right_before", "right"}
    assert all(map(torch.equal, before, run.recipe.f.state_dict().values()))
    assert run.recipe.D.to_residual.weight.abs().max() > 0


@pytest.mark.slow
def test_what_a_few_steps_leave_is_named_right_more_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hgd, "guide", trained_guide)
    run = session("hgd-mnist", tmp_path, steps=25)
    seen = [run.step() for _ in range(25)][-8:]
    before, after = (sum(float(losses[key]) for losses in seen) / 8 for key in ("right_before", "right"))
    assert after > before + 0.1


def test_a_sheet_shows_five_pictures_of_each_digit() -> None:
    spec = recipe("hgd-mnist")
    run = spec.build(spec.presets["smoke"].config, stripes())
    assert isinstance(run, Guided)
    D = HGD(spec.model_config(run.config, stripes())).eval()
    with torch.no_grad():
        x, z, left, put_on, taken = run.preview(D, drawn()).unflatten(0, (20, 5)).unbind(dim=1)
    assert torch.equal(x, run.examples)
    assert torch.equal(left, z)  # a fresh denoiser takes nothing off
    assert bool((taken == 0.5).all())
    assert torch.allclose(put_on, 0.5 + (z - x) / 2)


def test_without_its_classifier_a_denoiser_says_what_to_train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(guide(), StridedCNN)
    monkeypatch.setenv("ZEROSUM_WEIGHTS", str(tmp_path))
    with pytest.raises(CheckpointMissing, match=r"learns from cnn-mnist, and there is no .*zerosum train cnn-mnist"):
        guide()

"""Adversarial training: what the inner maximum is, and what the outer step learns from."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as functional

from models.attacks.fgsm import FGSM
from models.attacks.rows import rows_of
from models.families.strided_cnn import StridedCNN, StridedCNNConfig
from models.solver import solve
from models.tensors import Images, Labels
from models.victim import Bare
from tests.unit.training.stand_in import stripes
from training.cluster import Cluster
from training.loop import Options, Session
from training.randomness import Draw
from training.recipe import Preset
from training.recipes import recipe
from training.recipes.adversarial_training import AdversarialTraining, ascend

EPS = 76 / 255


def network() -> StridedCNN:
    torch.manual_seed(0)
    return StridedCNN(StridedCNNConfig(width=4, hidden=16)).eval()


def digits() -> tuple[Images, Labels]:
    data = stripes(30)
    return torch.from_numpy(data.images) / 255, torch.from_numpy(data.labels)


def training(name: str, **changes: object) -> AdversarialTraining:
    spec = recipe(name)
    config = replace(spec.presets["smoke"].config, **changes)
    found = spec.build(config, stripes())
    assert isinstance(found, AdversarialTraining)
    return found


def test_the_inner_maximum_stays_in_the_ball_and_raises_the_loss() -> None:
    f, (x, y) = network(), digits()
    attacked = ascend(f, x, y, x, eps=EPS, step_size=EPS / 4, steps=8)
    assert (attacked - x).abs().max() <= EPS + 1e-6
    assert 0 <= attacked.min() <= attacked.max() <= 1
    assert functional.cross_entropy(f(attacked), y) > functional.cross_entropy(f(x), y)


def test_one_whole_step_from_the_image_itself_is_fgsm() -> None:
    f, (x, _) = network(), digits()
    y = f(x).argmax(dim=1)
    found = solve(FGSM(Bare(f)), rows_of(x, y, eps=76, steps=1))
    stepped = ascend(f, x, y, x, eps=EPS, step_size=EPS, steps=1)
    assert found.success.sum() > 10
    assert torch.allclose(stepped[found.success], found.x[found.success], atol=1e-6)


def test_no_steps_leave_the_start() -> None:
    x, y = digits()
    assert torch.equal(ascend(network(), x, y, x, eps=EPS, step_size=EPS, steps=0), x)


def test_the_ball_grows_over_the_warm_up() -> None:
    run = training("cnn-mnist-pgd", warm_up=0.5)
    radii = []
    for progress in (0.0, 0.25, 0.5, 0.9):
        run.schedule(progress)
        radii.append(run.eps * 255)
    assert radii == pytest.approx([0, 38, 76, 76])


def test_the_sheet_has_five_digits_of_each_class_beside_their_adversarial_twins() -> None:
    run = training("cnn-mnist")
    with torch.no_grad():
        pairs = run.preview(run.network, Draw(torch.Generator())).unflatten(0, (50, 2))
    assert torch.equal(pairs[:, 0], run.examples)
    assert 0 < (pairs[:, 1] - pairs[:, 0]).abs().max() <= EPS + 1e-6


def test_training_against_an_attack_withstands_it_better(tmp_path: object) -> None:
    withstood = {}
    for name in ("cnn-mnist", "cnn-mnist-pgd"):
        spec = recipe(name)
        smoke = spec.presets["smoke"]
        config = replace(smoke.config, eps=60.0, step_size=20.0, shift=0.0, lr=5e-3)
        run = Session(
            spec,
            Preset(replace(smoke.plan, steps=80), config),
            stripes(),
            Cluster(0, 1, torch.device("cpu")),
            Options(tmp_path),  # type: ignore[arg-type]
        )
        for _ in range(80):
            run.step()
        x, y = digits()
        attacked = ascend(run.recipe.network, x, y, x, eps=60 / 255, step_size=15 / 255, steps=10)
        withstood[name] = float((run.recipe.network(attacked).argmax(1) == y).float().mean())
    assert withstood["cnn-mnist-pgd"] > withstood["cnn-mnist"]

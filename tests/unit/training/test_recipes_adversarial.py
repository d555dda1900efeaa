"""Adversarial training: what the inner maximum is, and what the outer step learns from."""

from dataclasses import replace
from pathlib import Path

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
from training.augment import moved
from training.cluster import Cluster
from training.loop import Options, Session
from training.perturbations import Perturbations
from training.randomness import Draw
from training.recipe import Preset
from training.recipes import recipe
from training.recipes.adversarial_training import AdversarialTraining, ascend, divergence

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
    assert radii == pytest.approx([0, 42, 84, 84])


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


def test_the_divergence_is_that_of_kullback_and_leibler() -> None:
    p, q = torch.tensor([[0.0, 1.0, 2.0]]), torch.tensor([[1.0, 0.0, 0.5]])
    expected = (p.softmax(1) * (p.log_softmax(1) - q.log_softmax(1))).sum()
    assert float(divergence(p, q)) == pytest.approx(float(expected), rel=1e-6)
    assert float(divergence(p, p)) == pytest.approx(0, abs=1e-7)


def test_towards_what_the_network_says_the_inner_maximum_is_of_the_divergence() -> None:
    f, (x, _) = network(), digits()
    start = (x + EPS * (2 * torch.rand(x.shape, generator=torch.Generator().manual_seed(0)) - 1)).clamp(0, 1)
    z = ascend(f, x, f(x).softmax(dim=1).detach(), start, eps=EPS, step_size=EPS / 4, steps=6)
    assert (z - x).abs().max() <= EPS + 1e-6
    with torch.no_grad():
        assert divergence(f(x), f(z)) > divergence(f(x), f(start)) > 0


def test_trades_minimises_the_natural_loss_and_beta_times_the_divergence() -> None:
    run = training("cnn-mnist-trades", shift=0.0, beta=3.0)
    run.schedule(0.5)
    data = stripes(16)
    assert data.labels is not None
    x, y = torch.from_numpy(data.images) / 255, torch.from_numpy(data.labels)
    z = (x + 0.1).clamp(0, 1)
    seen: list[float] = []

    def update(_: object, loss: torch.Tensor) -> None:
        seen.append(float(loss.detach()))

    told = run.trades(x, y, z, update)  # type: ignore[arg-type]
    with torch.no_grad():
        natural = functional.cross_entropy(run.model(x), y)
        apart = divergence(run.model(x), run.model(z))
    assert seen == [pytest.approx(float(natural + 3 * apart))]
    assert float(told["loss"]) == pytest.approx(float(natural))
    assert set(told) == {"loss", "divergence", "accuracy"}


def remembering(**changes: object) -> tuple[Session, AdversarialTraining]:
    spec = recipe("cnn-mnist-pgd")
    smoke = spec.presets["smoke"]
    config = replace(smoke.config, **({"fresh": 0.0, "inner_steps": 1, "shift": 0.04, "warm_up": 1e-9} | changes))
    plan = replace(smoke.plan, batch_size=8)
    run = Session(spec, Preset(plan, config), stripes(8), Cluster(0, 1, torch.device("cpu")), Options(Path("unused")))
    assert isinstance(run.recipe, AdversarialTraining)
    return run, run.recipe


def test_an_attack_goes_on_from_what_it_had_found_when_it_last_saw_the_image() -> None:
    run, training = remembering(step_size=10.0)
    assert training.found is not None
    reach = []
    for _ in range(4):
        run.step()
        reach.append(float(training.found.of(torch.arange(8)).abs().max() * 255))
    assert reach == pytest.approx([0, 10, 20, 30], abs=1), "no ball in the first step, then ten levels more in each"


def test_a_fresh_start_forgets() -> None:
    run, training = remembering(step_size=10.0, fresh=0.9999999)
    assert training.found is not None
    for _ in range(4):
        run.step()
    assert float(training.found.of(torch.arange(8)).abs().max()) > 60 / 255, "random starts fill the ball"


def test_what_was_found_moves_with_the_digit() -> None:
    kept = Perturbations(3, (1, 28, 28), eps=EPS)
    delta = torch.zeros(2, 1, 28, 28)
    delta[0, 0, 10, 12], delta[1, 0, 5, 5] = EPS, -EPS / 2
    dy, dx = torch.tensor([1, -1]), torch.tensor([0, 1])
    kept.keep(torch.tensor([2, 0]), moved(moved(delta, dy, dx), -dy, -dx))
    assert torch.allclose(kept.of(torch.tensor([2, 0])), delta, atol=EPS / 127)
    assert not kept.of(torch.tensor([1])).any()
    assert moved(delta, dy, dx)[0, 0, 9, 12] == delta[0, 0, 10, 12]


def test_a_run_saves_what_was_found_and_none_without() -> None:
    _, training = remembering()
    assert "found.kept" in training.networks.state_dict()
    assert "found.kept" not in remembering(fresh=1.0)[1].networks.state_dict()

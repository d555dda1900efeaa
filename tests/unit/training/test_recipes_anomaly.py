"""Recipes of anomaly detection: what they learn in a few steps, and their sheets."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models.capabilities import AnomalyScorer
from models.families.inpaint import Inpaint
from tests.unit.training.stand_in import stripes
from training.anomalies import SHOWN, WHOLE, examples, mirrored_at_random, sheet
from training.cluster import Cluster
from training.errors import DataUnfit
from training.loop import Options, Session, train
from training.randomness import seed_step
from training.recipe import Plan, Preset
from training.recipes import recipe
from training.recipes.skipganomaly import erased

CPU = torch.device("cpu")


def trained(name: str, folder: Path, *, steps: int, **changes: object) -> Session:
    spec = recipe(name)
    config = replace(spec.presets["smoke"].config, **changes)
    plan = Plan(steps=steps, batch_size=16, sample_every=steps, ema_decay=0.9)
    session = Session(spec, Preset(plan, config), stripes(160), Cluster(0, 1, CPU), Options(folder))
    train(session)
    return session


def test_inpainting_learns_what_is_normal_and_how_much_it_may_differ(tmp_path: Path) -> None:
    session = trained("inpaint-brick", tmp_path, steps=25, lr=1e-2, adversarial=0.0, scales=(4,))
    network = session.average.network
    assert isinstance(network, Inpaint)
    assert (network.centre != 0).all()
    assert (network.spread != 1).all()
    x = session.batch(0).x
    before = session.spec.build(session.preset.config, session.data).network
    assert isinstance(before, Inpaint)
    with torch.no_grad():
        errors = [float((each.inspect(x).reconstruction - x).square().mean()) for each in (network, before)]
    assert errors[0] < 0.8 * errors[1]


def test_a_run_of_skip_ganomaly_redraws_better_than_it_began(tmp_path: Path) -> None:
    session = trained("skipganomaly-digits", tmp_path, steps=25, lr=2e-3)
    x = session.batch(0).x
    network, before = session.recipe.network.eval(), session.spec.build(session.preset.config, session.data).network
    assert isinstance(network, AnomalyScorer)
    assert isinstance(before, AnomalyScorer)
    with torch.no_grad():
        errors = [float((each.inspect(x).reconstruction - x).abs().mean()) for each in (network, before)]
    assert errors[0] < errors[1]


def test_a_quarter_of_the_squares_is_erased_and_nothing_else() -> None:
    x = torch.rand(64, 1, 28, 28)
    y = erased(x, seed_step(seed=0, step=0, rank=0, device=CPU), side=4)
    changed = (x != y).float().unfold(2, 4, 4).unfold(3, 4, 4).flatten(4)
    assert set(changed.mean(dim=4).flatten().tolist()) <= {0.0, 1.0}
    assert float(changed.mean()) == pytest.approx(0.25, abs=0.03)
    assert (y[x != y] == 0.5).all()


def test_the_sheet_shows_images_as_they_are_and_with_a_square_turned_round(tmp_path: Path) -> None:
    data = stripes()
    x = examples(data)
    rows = torch.arange(SHOWN) * len(data) // SHOWN
    plain = torch.from_numpy(data.images[rows.numpy()]).float() / 255
    assert torch.equal(x[:WHOLE], plain[:WHOLE])
    assert ((x != plain).flatten(1).sum(dim=1)[WHOLE:] > 40).all()
    network = recipe("ganomaly-digits").build(recipe("ganomaly-digits").presets["smoke"].config, data).network
    shown = sheet(network, x)
    assert shown.shape == (100, 1, 28, 28)
    assert torch.equal(shown[3], x[1])
    assert 0 <= shown.min() <= shown.max() <= 1


def test_images_are_mirrored_one_by_one() -> None:
    x = torch.rand(2, 1, 3, 3)
    turned = mirrored_at_random(x, torch.tensor([0.1, 0.9]))
    assert torch.equal(turned[0], x[0].flip(2))
    assert torch.equal(turned[1], x[1])


def test_a_size_that_cannot_be_halved_is_refused() -> None:
    spec = recipe("ganomaly-digits")
    with pytest.raises(DataUnfit, match="halves its images 3 times; stripes has 28 px"):
        spec.build(replace(spec.presets["cpu"].config, depth=3), stripes())

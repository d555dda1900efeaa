"""Conditional GANs, InfoGAN and adversarial autoencoders learn what they say they learn."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from models.codes import Code
from tests.unit.training.stand_in import stripes
from training.cluster import Cluster
from training.conditions import codes_of, columns_of
from training.errors import DataUnfit
from training.loop import Options, Session
from training.recipe import Batch, Preset
from training.recipes import recipe
from training.recipes.aae import labelled

ALONE = Cluster(0, 1, torch.device("cpu"))


def session(name: str, run: object, **settings: object) -> Session:
    spec = recipe(name)
    smoke = spec.presets["smoke"]
    plan = replace(smoke.plan, steps=200, sample_every=1000)
    return Session(spec, Preset(plan, replace(smoke.config, **settings)), stripes(), ALONE, Options(run))  # type: ignore[arg-type]


def test_labels_become_one_code_with_the_shares_of_the_data() -> None:
    data = replace(stripes(50), labels=np.arange(50) % 10 // 8, label_names=("many", "few"))
    assert codes_of("x", data) == (Code("label", ("many", "few"), (0.8, 0.2)),)


def test_attributes_become_a_code_each_and_columns_side_by_side() -> None:
    data = replace(
        stripes(),
        attributes={"hair": np.arange(len(stripes())) % 2, "glasses": np.zeros(len(stripes()), dtype=np.int64)},
        attribute_names={"hair": ("long", "short"), "glasses": ("no", "yes")},
    )
    codes = codes_of("x", data)
    assert codes == (Code("hair", ("long", "short"), (0.5, 0.5)), Code("glasses", ("no", "yes"), (1.0, 0.0)))
    batch = Batch(torch.zeros(2, 1, 1, 1), None, {"glasses": torch.tensor([0, 1]), "hair": torch.tensor([1, 0])})
    assert columns_of(batch, codes).tolist() == [[0, 1, 1, 0], [1, 0, 0, 1]]


def test_a_set_without_labels_or_attributes_is_refused() -> None:
    with pytest.raises(DataUnfit, match="learns from labels or attributes"):
        codes_of("cgan-mnist", replace(stripes(), labels=None))


@pytest.mark.parametrize("name", ["cgan-mnist", "cgan-concat-mnist"])
@pytest.mark.slow
def test_the_discriminator_learns_which_label_an_image_has(name: str, tmp_path: object) -> None:
    run = session(name, tmp_path, lr_d=5e-3, policy=())
    for _ in range(60):
        run.step()
    D, x = run.recipe.D, torch.from_numpy(stripes().images[:200]).float() / 255  # type: ignore[attr-defined]
    y = torch.nn.functional.one_hot(torch.from_numpy(stripes().labels[:200]), 10).float()  # type: ignore[index]
    with torch.no_grad():
        assert D(x, y).mean() > D(x, y.roll(1, dims=1)).mean()


@pytest.mark.slow
def test_the_bound_of_infogan_rises(tmp_path: object) -> None:
    run = session("infogan-mnist", tmp_path, lr_d=5e-3, lr_g=5e-3)
    bounds = [float(run.step()["bound"]) for _ in range(200)]
    assert np.mean(bounds[-30:]) > np.mean(bounds[:30]) + 0.3


@pytest.mark.slow
def test_an_autoencoder_learns_to_reconstruct(tmp_path: object) -> None:
    run = session("aae-mnist", tmp_path)
    errors = [float(run.step()["reconstruction"]) for _ in range(60)]
    assert errors[-1] < 0.7 * errors[0]


def test_few_labels_are_as_many_of_each_class_and_another_draw_is_another_choice() -> None:
    x, y = labelled(stripes(), 20, draw=0)
    assert x.shape[0] == 20
    assert torch.bincount(y).tolist() == [2] * 10
    again, other = labelled(stripes(), 20, draw=0), labelled(stripes(), 20, draw=1)
    assert torch.equal(again[0], x)
    assert not torch.equal(other[0], x)


def test_a_semi_supervised_run_looks_at_no_other_label(tmp_path: object) -> None:
    """Other labels for all images but the few change nothing."""
    one = session("aae-semi-mnist", tmp_path)
    other = session("aae-semi-mnist", tmp_path)
    other.labels = None
    for _ in range(3):
        one.step(), other.step()
    for a, b in zip(one.recipe.networks.parameters(), other.recipe.networks.parameters(), strict=True):
        assert torch.equal(a, b)
